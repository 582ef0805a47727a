// Readiness as who watches the server meets it: it says so when a read model stands still, there is no room, or a commit could
// be lost, and lets the rest go on.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Unavailable } from '#libs/kernel';
import { Api } from './harness/api.ts';

let api: Api;

beforeAll(async () => {
  api = await Api.start();
});

afterAll(() => api.stop());

interface Report {
  readonly status: string;
  readonly projections: readonly { readonly name: string; readonly state: string }[];
}

async function readiness(): Promise<{ readonly status: number; readonly text: string; readonly report: Report }> {
  const answer = await fetch(`${api.application.url}/readyz`);
  const text = await answer.text();
  return { status: answer.status, text, report: JSON.parse(text) as Report };
}

describe('readiness', () => {
  it('tells of room on the disk and of durable writes beside what can be read', async () => {
    expect((await readiness()).report).toMatchObject({
      status: 'ready',
      disk: 'fine',
      durability: 'fine',
      keys: 'readable',
    });
  });

  it('is degraded once there is no room, or a commit could be lost', async () => {
    const own = await Api.start();
    try {
      for (const check of own.application.foundation.checks) {
        const fine = check.ask.bind(check);
        Object.assign(check, { ask: () => Promise.reject(new Unavailable('Not now.')) });
        const answer = await fetch(`${own.application.url}/readyz`);
        expect([answer.status, await answer.json()]).toMatchObject([
          503,
          { status: 'degraded', [check.name]: 'Not now.' },
        ]);
        Object.assign(check, { ask: fine });
      }
    } finally {
      await own.stop();
    }
  });
});

// The last: nothing lets that read model go on.
it('is degraded, without a word of the event, once one cannot be projected', async () => {
  expect(await readiness()).toMatchObject({ status: 200, report: { status: 'ready' } });
  const { store, projections, clock } = api.application.foundation;
  const now = clock.now();
  const by = { commandId: randomUUID(), commandHash: '', actorId: 'system', actorRole: 'SYSTEM', communityId: 'none' };
  const metadata = { version: 1, ...by, occurredAt: now, recordedAt: now };
  const broken = { id: randomUUID(), type: 'AreaAdded', data: { name: '13900007777' }, metadata };
  const { position } = await store.append(`area-${randomUUID()}`, [broken], { expected: 'no-stream' });
  await expect(projections.waitFor(position, { timeoutMs: 15_000 })).rejects.toThrow('paused');
  const { status, text, report } = await readiness();
  expect({ status, said: report.status }).toEqual({ status: 503, said: 'degraded' });
  expect(report.projections.filter(({ state }) => state === 'paused').map(({ name }) => name)).toEqual(['area-list']);
  expect(text).not.toContain('13900007777');
  expect((await fetch(`${api.application.url}/livez`)).status).toBe(200);
});
