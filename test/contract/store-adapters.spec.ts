// Every adapter of an event store or a key store runs its port's contract suite: a folder with a class that implements
// the port has a spec that calls it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const LIBS = fileURLToPath(new URL('../../libs/', import.meta.url));
const EVENT_STORE = { port: 'EventStore', suite: 'eventStoreContract' };
const KEY_STORE = { port: 'KeyStore', suite: 'keyStoreContract' };

describe('store adapters', () => {
  it.each([
    ['event-store', EVENT_STORE],
    ['privacy', KEY_STORE],
  ])('in %s all run the contract suite', (lib, contract) => {
    const { adapters, untested } = survey(join(LIBS, lib), contract);
    expect(adapters).toContain('sqlite');
    expect(untested).toEqual([]);
  });

  it('would be noticed without it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'adapters-'));
    mkdirSync(join(directory, 'paper'));
    writeFileSync(join(directory, 'paper/paper-store.ts'), 'export class PaperStore implements EventStore {}');
    writeFileSync(join(directory, 'paper/paper-store.spec.ts'), '// eventStoreContract is only named here');
    expect(survey(directory, EVENT_STORE).untested).toEqual(['paper']);
    rmSync(directory, { recursive: true });
  });
});

function survey(directory: string, { port, suite }: typeof EVENT_STORE): { adapters: string[]; untested: string[] } {
  const folders = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const adapters: string[] = [];
  const untested: string[] = [];
  for (const { name } of folders) {
    const files = readdirSync(join(directory, name), { recursive: true, encoding: 'utf8' });
    const contains = (suffix: RegExp, text: RegExp) =>
      files.some((file) => suffix.test(file) && text.test(readFileSync(join(directory, name, file), 'utf8')));
    if (!contains(/(?<!\.spec)\.ts$/, new RegExp(`implements [^{]*\\b${port}\\b`))) continue;
    adapters.push(name);
    if (!contains(/\.spec\.ts$/, new RegExp(`^${suite}\\('`, 'm'))) untested.push(name);
  }
  return { adapters, untested };
}
