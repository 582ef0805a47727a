// What an operator must never read in any output of any process: a stack, a secret, somebody's data.
import { expect } from '@jest/globals';

/** Put into passwords, and into what people write; each is looked for everywhere. */
export const SECRET = 'canary-secret';
export const MATTER = 'canary-matter: the lamp is broken';
export const REPORTER = { name: 'canary-name 刘', phone: '13900004242', address: 'canary-address 11-402' };

const NEVER = /canary|13900004242|^\s+at |"frames"|Error:|node:internal|Unhandled|DeprecationWarning/m;

/** @param said all that a process has written */
export function expectDiscretion(said: string): void {
  expect(NEVER.exec(said)?.[0]).toBeUndefined();
  expect(said.split('\n').filter((line) => line.includes('"level":60'))).toEqual([]);
}

/** The log lines about one thing, by their message. */
export function linesOf(said: string, message: string): readonly Record<string, unknown>[] {
  return said
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['message'] === message);
}
