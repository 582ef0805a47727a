// Whatever it is given, a log line holds allow-listed fields and no message of a failure.
import { describe, expect, it } from '@jest/globals';
import { NotFound } from '#libs/kernel';
import type { LogFields } from './logger.ts';
import { createLogger } from './logger.ts';

const CANARY = '13912345678';

function linesOf(act: (logger: ReturnType<typeof createLogger>) => void, level: 'debug' | 'warn' = 'debug'): string[] {
  const lines: string[] = [];
  act(createLogger({ level, write: (line) => lines.push(line) }));
  return lines;
}

describe('the logger', () => {
  it('writes one JSON object a line with time, level and message', () => {
    const [line = ''] = linesOf((logger) => logger.info('ready', { port: 3000 }));
    expect(JSON.parse(line)).toEqual({ level: 30, time: expect.any(String), message: 'ready', port: 3000 });
  });

  it('drops fields that are not on the list, and values that are not plain', () => {
    const [line] = linesOf((logger) =>
      logger.info('x', { phone: CANARY, reason: { phone: CANARY } } as unknown as LogFields),
    );
    expect(line).not.toContain(CANARY);
  });

  it('writes a defect as its class and place, never its message', () => {
    const [line = ''] = linesOf((logger) =>
      logger.failure('masked', new TypeError(`bad ${CANARY}`), { requestId: 'r1' }),
    );
    expect(line).not.toContain(CANARY);
    expect(JSON.parse(line)).toMatchObject({
      level: 50,
      failure: 'TypeError',
      requestId: 'r1',
      frames: expect.stringContaining('logger.spec'),
    });
  });

  it('takes no line of a message for a place', () => {
    const [line = ''] = linesOf((logger) => logger.failure('masked', new TypeError(`bad\n    at ${CANARY}\n    at`)));
    expect(line).not.toContain(CANARY);
    expect(line).toContain('logger.spec');
  });

  it('writes a foreseeable failure as its kind, without a stack', () => {
    const [line = ''] = linesOf((logger) => logger.failure('refused', new NotFound(`no ${CANARY}`)));
    expect(line).not.toContain(CANARY);
    expect(JSON.parse(line)).toMatchObject({ level: 40, failure: 'NotFound', kind: 'not-found' });
    expect(line).not.toContain('frames');
  });

  it('writes nothing below its level', () => {
    expect(linesOf((logger) => logger.info('x'), 'warn')).toEqual([]);
  });
});
