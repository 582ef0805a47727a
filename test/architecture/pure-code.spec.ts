// Business rules and projections can reach no clock, no randomness and no I/O, not even through globals, and nobody
// papers over a cycle with forwardRef; nothing is opened for display without a record. The rules run over the code in `npm run lint`; here each proves that it bites.
import { describe, expect, it } from '@jest/globals';
import { Linter } from 'eslint';
import type { Linter as LinterTypes } from 'eslint';
import tseslint from 'typescript-eslint';
import { NO_FORWARD_REF, PURE, RECORDED } from '../../tools/pure-code.ts';

function complaints(code: string, rules = { ...PURE, ...NO_FORWARD_REF }): (string | null)[] {
  const config = {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser as LinterTypes.Parser },
    rules,
  };
  return new Linter().verify(code, [config], 'pure.ts').map((message) => message.ruleId);
}

describe('the rules for pure code', () => {
  it.each([
    ['reading the clock', 'export const now = Date.now();'],
    ['a date of now', 'export const now = new Date();'],
    ['a date as text', 'export const now = Date();'],
    ['randomness', 'export const luck = Math.random();'],
    ['a random id', 'export const id = crypto.randomUUID();'],
    ['the environment', 'export const port = process.env.PORT;'],
    ['a timer', 'setTimeout(() => undefined, 5);'],
    ['the network', "export const answer = fetch('http://localhost');"],
    ['printing', "console.log('here');"],
    ['forwardRef', "import { forwardRef } from '@nestjs/common'; export const late = forwardRef;"],
  ])('catch %s', (_, code) => {
    expect(complaints(code)).toHaveLength(1);
  });

  it('let a date be read from what the event says', () => {
    expect(complaints("export const year = new Date('2026-01-01T00:00:00.000Z').getUTCFullYear();")).toEqual([]);
  });
});

describe('the rules for what is shown', () => {
  it.each([
    ['the vault', "import { PersonalDataVault } from '#libs/privacy'; export const vault = PersonalDataVault;"],
    ['forwardRef', "import { forwardRef } from '@nestjs/common'; export const late = forwardRef;"],
  ])('catch %s', (_, code) => {
    expect(complaints(code, RECORDED)).toEqual(['no-restricted-imports']);
  });

  it('let texts be opened for a reader', () => {
    expect(
      complaints("import { PersonalTexts } from '#libs/graphql-kit'; export const it = PersonalTexts;", RECORDED),
    ).toEqual([]);
  });
});
