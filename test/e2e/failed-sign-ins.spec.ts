// Guessing passwords or tokens is stopped by name and by address, and tells nothing of who has an account; signing in often
// is not taken for it.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from './harness/client.ts';
import type { Json } from './harness/person.ts';
import { LOGIN, REFRESH, Sessions } from './harness/sessions.ts';

let sessions: Sessions;

beforeAll(async () => {
  sessions = await Sessions.open();
});
afterAll(() => sessions.close());

describe('failing to sign in', () => {
  it('ten times locks a name for a while, whether or not there is such an account', async () => {
    const office = await sessions.member('OFFICE');
    const ask = sessions.from('203.0.113.2');
    const texts: string[][] = [];
    for (const username of [office.username, `nobody-${randomUUID().slice(0, 8)}`]) {
      const answers: Answer<Json>[] = [];
      for (let attempt = 0; attempt < 12; attempt += 1) {
        const password = attempt < 10 ? 'not the password' : sessions.world.password;
        answers.push(await ask(LOGIN, { username: attempt % 2 ? username : username.toUpperCase(), password }));
      }
      const codes = answers.map(({ code }) => code);
      expect(codes).toEqual([...Array<string>(10).fill('UNAUTHENTICATED'), 'RATE_LIMITED', 'RATE_LIMITED']);
      const { retryAfterSeconds } = answers[10]!.errors![0]!.extensions.details as { retryAfterSeconds: number };
      expect(retryAfterSeconds).toBeGreaterThan(14 * 60);
      texts.push(answers.map(({ text }) => text.replace(/"retryAfterSeconds":\d+/, '')));
    }
    expect(texts[0]).toEqual(texts[1]);
    expect(
      (await sessions.refresh((await sessions.login(await sessions.member('OFFICE'))).refreshToken)).code,
    ).toBeUndefined();
  });

  it('is forgotten by the right password', async () => {
    const office = await sessions.member('OFFICE');
    const ask = sessions.from('203.0.113.3');
    for (let round = 0; round < 2; round += 1) {
      for (let attempt = 0; attempt < 9; attempt += 1) {
        expect((await ask(LOGIN, { username: office.username, password: 'no' })).code).toBe('UNAUTHENTICATED');
      }
      expect((await ask(LOGIN, { username: office.username, password: sessions.world.password })).code).toBeUndefined();
    }
  });

  it('is not what many right passwords at once are taken for', async () => {
    const { username } = await sessions.member('OFFICE');
    const ask = sessions.from('203.0.113.4');
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => ask(LOGIN, { username, password: sessions.world.password })),
    );
    expect(answers.map(({ code }) => code).filter(Boolean)).toEqual([]);
  });

  it('fifty times stops an address, and no other', async () => {
    const office = await sessions.member('OFFICE');
    const credentials = { username: office.username, password: sessions.world.password };
    const [ask, neighbour] = [sessions.from('2001:db8:1:2::3'), sessions.from('2001:db8:1:3::3')];
    for (let attempt = 0; attempt < 50; attempt += 1) {
      expect((await ask(REFRESH, { refreshToken: `guess ${String(attempt)}` })).code).toBe('UNAUTHENTICATED');
    }
    expect((await ask(REFRESH, { refreshToken: 'guess' })).code).toBe('RATE_LIMITED');
    expect((await ask(LOGIN, credentials)).code).toBe('RATE_LIMITED');
    // Another address of the same network, which one subscriber has.
    expect((await sessions.from('2001:db8:1:2:ffff::1')(LOGIN, credentials)).code).toBe('RATE_LIMITED');
    expect((await neighbour(LOGIN, credentials)).code).toBeUndefined();
  });
});
