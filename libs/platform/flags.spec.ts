import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '#libs/kernel';
import { flagsHelp, readFlags } from './flags.ts';
import { readSettings, settingsTable } from './settings.ts';

describe('readFlags', () => {
  it('takes settings out of the arguments, wherever they stand, and leaves the others in order', () => {
    const argv = ['import', '--port', '4000', 'a.csv', '--data-dir=/srv/a=b', '--dry-run', '--', '--port', '1'];
    expect(readFlags(argv)).toEqual({
      settings: { PORT: '4000', DATA_DIR: '/srv/a=b' },
      rest: ['import', 'a.csv', '--dry-run', '--', '--port', '1'],
    });
  });

  it('lets the last of a repeated flag win, and flags win over variables', () => {
    const { settings } = readFlags(['--port', '1', '--port=2']);
    expect(readSettings({ PORT: '3', HOST: '::1', ...settings })).toMatchObject({ port: 2, host: '::1' });
  });

  it('knows every setting that is no secret', () => {
    for (const { name, secret } of settingsTable()) {
      const flag = `--${name.toLowerCase().replaceAll('_', '-')}`;
      if (!secret) expect(readFlags([flag, 'x'])).toEqual({ settings: { [name]: 'x' }, rest: [] });
    }
  });

  it.each([[['--port']], [['--port', '--host', 'x']], [['--host', '--', 'x']]])(
    'refuses a flag without a value: %j',
    (argv) => {
      expect(() => readFlags(argv)).toThrow(InvalidInput);
      expect(() => readFlags(argv)).toThrow(/^--(port|host) needs a value: .*\.$/);
    },
  );

  it('refuses a secret without repeating it', () => {
    for (const argv of [['--master-key', 'hunter2'], ['--master-key=hunter2']]) {
      expect(() => readFlags(argv)).toThrow(
        '--master-key is not a flag, because others can read it there: set MASTER_KEY.',
      );
    }
  });
});

describe('flagsHelp', () => {
  it('names every setting with its flag and default', () => {
    for (const { name } of settingsTable()) expect(flagsHelp()).toContain(`${name}. `);
    expect(flagsHelp()).toMatch(/^ {2}--port <value> +PORT\. Port to listen on.* Default: 3000\.$/m);
    expect(flagsHelp()).not.toContain('--master-key ');
  });
});
