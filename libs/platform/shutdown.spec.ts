// Last opened, first closed; one failure or one hang does not leave the rest open for ever.
import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.ts';
import { Shutdown } from './shutdown.ts';

const logger = createLogger({ level: 'silent' });

describe('shutdown', () => {
  it('closes in reverse order, each after the one before it finished, once', async () => {
    const closed: string[] = [];
    const shutdown = new Shutdown({ logger });
    for (const name of ['store', 'engine', 'server']) {
      shutdown.add(name, async () => {
        await Promise.resolve();
        closed.push(name);
      });
    }
    expect(await Promise.all([shutdown.run(), shutdown.run()])).toEqual([true, true]);
    expect(closed).toEqual(['server', 'engine', 'store']);
  });

  it('goes on after a failure and reports it', async () => {
    const closed: string[] = [];
    const shutdown = new Shutdown({ logger });
    shutdown.add('store', () => closed.push('store'));
    shutdown.add('server', () => {
      throw new Error('stuck');
    });
    expect(await shutdown.run()).toBe(false);
    expect(closed).toEqual(['store']);
  });

  it('gives up after the limit and names what hangs', async () => {
    const lines: string[] = [];
    let expire: () => void = () => undefined;
    const scheduler = { after: (_: number, callback: () => void) => ((expire = callback), () => undefined) };
    const shutdown = new Shutdown({
      logger: createLogger({ level: 'error', write: (line) => lines.push(line) }),
      scheduler,
    });
    shutdown.add('server', () => new Promise(() => undefined));
    const done = shutdown.run();
    expire();
    expect(await done).toBe(false);
    expect(lines.join()).toContain('"part":"server"');
  });

  it('runs on a signal and ends the process with a code', async () => {
    const exits = new EventEmitter();
    const target = Object.assign(new EventEmitter(), { exit: (code: number) => exits.emit('exit', code) });
    const shutdown = new Shutdown({ logger });
    shutdown.onSignals(target as unknown as NodeJS.Process);
    target.emit('SIGTERM');
    expect(await once(exits, 'exit')).toEqual([0]);
  });
});
