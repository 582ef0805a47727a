// Sessions over real HTTP and WebSocket, whichever process is asked: one successor for any number of refreshes, and an end
// for the whole session when an old token comes back, whatever the clock does.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Clock } from '#libs/kernel';
import { DAY, instantOf, SECOND } from '#libs/kernel';
import { readLog } from './harness/log.ts';
import type { Json } from './harness/person.ts';
import type { Tokens } from './harness/sessions.ts';
import { ME, REFRESH, sessionOf, Sessions } from './harness/sessions.ts';

let ahead = 0;
const clock: Clock = { now: () => instantOf(Date.now() + ahead) };

let sessions: Sessions;

beforeAll(async () => {
  sessions = await Sessions.open();
});
afterAll(() => sessions.close());

describe('a session', () => {
  it('goes on with each refresh, and its owner sees it among the others', async () => {
    const office = await sessions.member('OFFICE');
    const first = await sessions.login(office);
    const { data } = await sessions.refresh(first.refreshToken);
    const next: Tokens = data.refresh;
    expect(next.refreshToken).not.toBe(first.refreshToken);
    expect(data.refresh.account.id).toBe(office.accountId);
    expect(sessionOf(next)).toBe(sessionOf(first));
    expect([await sessions.statusOf(first.accessToken), await sessions.statusOf(next.accessToken)]).toEqual([200, 200]);
    const { foundation } = sessions.api.application;
    await foundation.gate.waitFor(await foundation.store.head());
    const { me } = (await sessions.api.ask<Json>(ME, {}, next.accessToken)).data;
    expect(me.sessions.map(({ id, current }: Json) => [id, current])).toEqual([
      [sessionOf(first), true],
      [expect.any(String), false],
    ]);
    expect(me.sessions[0].lastRefreshedAt > me.sessions[0].openedAt).toBe(true);
  });

  it('of a hundred refreshes at once with one token has one successor', async () => {
    const tokens = await sessions.login(await sessions.member('OFFICE'));
    const answers = await Promise.all(Array.from({ length: 100 }, () => sessions.refresh(tokens.refreshToken)));
    expect(answers.map(({ code }) => code).filter(Boolean)).toEqual([]);
    expect(new Set(answers.map(({ data }) => data.refresh.refreshToken)).size).toBe(1);
    expect((await sessions.eventsOf(tokens)).map(({ type }) => type)).toEqual(['SessionOpened', 'SessionRefreshed']);
    expect((await sessions.refresh(answers[0]!.data.refresh.refreshToken)).code).toBeUndefined();
  });

  it('is refreshed so often in a while, by tokens that stay good', async () => {
    let tokens = await sessions.login(await sessions.member('OFFICE'));
    let before = tokens;
    for (let time = 0; time < 60; time += 1) {
      before = tokens;
      const { data, text } = await sessions.refresh(tokens.refreshToken);
      if (!data?.refresh) throw new Error(text);
      tokens = data.refresh;
    }
    expect((await sessions.refresh(before.refreshToken)).data.refresh.refreshToken).toBe(tokens.refreshToken);
    const refused = [await sessions.refresh(tokens.refreshToken), await sessions.refresh(tokens.refreshToken)];
    expect(refused.map(({ code }) => code)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    const { retryAfterSeconds } = refused[0]!.errors![0]!.extensions.details as { retryAfterSeconds: number };
    expect(retryAfterSeconds).toBeGreaterThan(10 * 60);
    expect(await sessions.eventsOf(tokens)).toHaveLength(61);
    expect(await sessions.statusOf(tokens.accessToken)).toBe(200);
    expect(
      (await sessions.refresh((await sessions.login(await sessions.member('OFFICE'))).refreshToken)).code,
    ).toBeUndefined();
  });

  it('is not ended by what only looks like one of its tokens', async () => {
    const tokens = await sessions.login(await sessions.member('OFFICE'));
    const [version, sessionId, , secret = ''] = tokens.refreshToken.split('.');
    const ask = sessions.from('203.0.113.1');
    const forged = [
      [version, sessionId, '0', secret.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))],
      [version, sessionId, '1', secret],
      [version, randomUUID(), '0', secret],
      ['r2', sessionId, '0', secret],
      [tokens.accessToken],
      ['nonsense'],
    ].map((parts) => parts.join('.'));
    for (const refreshToken of forged) expect((await ask(REFRESH, { refreshToken })).code).toBe('UNAUTHENTICATED');
    expect((await sessions.refresh(tokens.refreshToken)).code).toBeUndefined();
  });

  it('leaves nothing in the log to sign in with', async () => {
    const office = await sessions.member('OFFICE');
    const tokens = await sessions.login(office);
    await sessions.refresh(tokens.refreshToken);
    const log = JSON.stringify(await readLog(sessions.api.application.foundation.store));
    for (const secret of [tokens.refreshToken.split('.')[3]!, tokens.accessToken, office.username]) {
      expect(log).not.toContain(secret);
    }
    expect(log).toContain(sessionOf(tokens));
  });
});

describe('a session whose clock is moved', () => {
  let later: Sessions;

  beforeAll(async () => {
    later = await Sessions.open({ clock });
  });
  afterAll(() => later.close());

  const signedIn = async () => later.login(await later.member('OFFICE'));

  it('ends as a whole when an old token is used after the grace, sockets included', async () => {
    const tokens = await signedIn();
    const next: Tokens = (await later.refresh(tokens.refreshToken)).data.refresh;
    expect((await later.refresh(tokens.refreshToken)).data.refresh.refreshToken).toBe(next.refreshToken);
    const socket = await later.api.connect(next.accessToken);
    ahead += 11 * SECOND;
    expect((await later.refresh(tokens.refreshToken)).code).toBe('UNAUTHENTICATED');
    expect((await socket.closed).code).toBe(4403);
    expect((await later.refresh(next.refreshToken)).code).toBe('UNAUTHENTICATED');
    expect([await later.statusOf(tokens.accessToken), await later.statusOf(next.accessToken)]).toEqual([401, 401]);
    expect((await later.eventsOf(tokens)).at(-1)).toMatchObject({ type: 'SessionEnded', data: { reason: 'REUSED' } });
    ahead -= DAY;
    expect((await later.refresh(next.refreshToken)).code).toBe('UNAUTHENTICATED');
    expect(await later.statusOf(next.accessToken)).toBe(401);
    ahead += DAY;
  });

  it('that was used after its time stays ended when the clock is set back', async () => {
    const tokens = await signedIn();
    ahead += 15 * DAY;
    expect((await later.refresh(tokens.refreshToken)).code).toBe('UNAUTHENTICATED');
    ahead -= 15 * DAY;
    expect((await later.refresh(tokens.refreshToken)).code).toBe('UNAUTHENTICATED');
    expect(await later.statusOf(tokens.accessToken)).toBe(401);
    expect((await later.eventsOf(tokens)).at(-1)).toMatchObject({ type: 'SessionEnded', data: { reason: 'EXPIRED' } });
  });

  it('takes a token before the last for stolen when the clock was set back between', async () => {
    const tokens = await signedIn();
    const next: Tokens = (await later.refresh(tokens.refreshToken)).data.refresh;
    ahead -= DAY;
    expect((await later.refresh(tokens.refreshToken)).code).toBe('UNAUTHENTICATED');
    ahead += DAY;
    expect((await later.refresh(next.refreshToken)).code).toBe('UNAUTHENTICATED');
  });
});
