// The server on a file system that is filled to the last block: changes are answered UNAVAILABLE and leave nothing half
// done, one that is done and cannot be shown says so, questions are still answered, and it all goes on once there is room. Needs the right to mount.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { Api } from '../e2e/harness/api.ts';
import { Neighbourhood, newId } from '../e2e/harness/neighbourhood.ts';
import type { Json } from '../e2e/harness/person.ts';
import { servedAndReplayed } from '../e2e/harness/read-models.ts';

const mountPoint = mkdtempSync(join(tmpdir(), 'bangbangwo-full-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', mountPoint]).status === 0;
if (!mounted) process.stdout.write('skipped: this user may not mount a small file system to fill\n');
const directory = join(mountPoint, 'data');
const ballast = join(mountPoint, 'ballast');
/** Room for a few more changes, so that the disk is full amidst them. */
const LEFT = 512 * 1_024;

let api: Api | undefined;

afterEach(() => api?.close());

afterAll(() => {
  if (mounted) spawnSync('umount', [mountPoint]);
  rmSync(mountPoint, { recursive: true, force: true });
});

function fillDisk(): void {
  const file = openSync(ballast, 'w');
  for (let block = 65_536; block >= 512;) {
    try {
      writeSync(file, Buffer.alloc(block));
    } catch {
      block /= 2;
    }
  }
  closeSync(file);
  truncateSync(ballast, statSync(ballast).size - LEFT);
}

interface Sent {
  readonly mutation: string;
  readonly input: { readonly commandId: string };
  /** How many events it is when it is done. */
  readonly events: number;
}

(mounted ? it : it.skip)(
  'a full disk answers UNAVAILABLE, leaves no half command, and heals',
  async () => {
    api = await Api.start({ directory });
    const here = await Neighbourhood.at(api);
    const { office, communityId } = here;
    const offered: string[] = [];
    for (let count = 0; count < 100; count += 1) offered.push((await here.offer()).id);
    const makeRound = (): Sent[] => [
      // Taking a standing offer back and placing the request in follow-up: one command, two events.
      ...offered.splice(0, 2).map((requestId) => {
        const plan = { reason: 'R'.repeat(1_000), plan: 'P', reviewOn: '2999-01-01' };
        return { mutation: 'placeInFollowUp', input: { commandId: newId(), requestId, ...plan }, events: 2 };
      }),
      ...['PHONE', 'VISIT'].map((channel) => {
        const report = { communityId, channel, category: 'SANITATION', matter: 'M'.repeat(1_500) };
        return { mutation: 'raiseRequest', input: { commandId: newId(), ...report }, events: 1 };
      }),
    ];

    fillDisk();
    const [done, unseen, refused]: [Sent[], Sent[], Sent[]] = [[], [], []];
    while (refused.length < 60) {
      const round = makeRound();
      const answers = await Promise.all(round.map(({ mutation, input }) => office.send(mutation, input)));
      answers.forEach(({ code, details, text }, index) => {
        const sent = round[index]!;
        expect([undefined, 'UNAVAILABLE']).toContain(code);
        expect(text).not.toMatch(/SQLITE|ENOSPC|node_modules|\.ts/);
        if (details) expect(details).toEqual({ done: [sent.mutation] });
        (code === undefined ? done : details ? unseen : refused).push(sent);
      });
      // What shows personal data is recorded first, and may find no room.
      for (const query of ['resolution', 'me', 'communities']) {
        expect({ query, code: (await office.see(query)).code }).toEqual({ query, code: undefined });
      }
      expect((await fetch(`${api.application.url}/livez`)).status).toBe(200);
    }
    const effects = await eventsByCommand(api);
    for (const { input, events } of [...done, ...unseen]) expect(effects.get(input.commandId)).toBe(events);
    for (const { input } of refused) expect(effects.get(input.commandId)).toBeUndefined();

    rmSync(ballast);
    for (const { mutation, input } of [...unseen, ...refused]) await office.order(mutation, input);
    const healed = await eventsByCommand(api);
    const all = [...done, ...unseen, ...refused];
    for (const { input, events } of all) expect(healed.get(input.commandId)).toBe(events);
    const raised = all.filter(({ mutation }) => mutation === 'raiseRequest').length;
    expect((await office.read('requests', { atLeast: await here.head() })).totalCount).toBe(100 + raised);
    await api.close();
    const { served, replayed } = await servedAndReplayed(directory);
    expect(served).toEqual(replayed);
    const counts = `${String(done.length)} changes done and shown, ${String(unseen.length)} done only`;
    process.stdout.write(`full disk: ${counts}, ${String(refused.length)} refused, healed\n`);
    expect(done.length).toBeGreaterThan(0);
  },
  120_000,
);

async function eventsByCommand({ application }: Api): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let after: Json = ''; ;) {
    const { events, next, head } = await application.foundation.store.readAll({ after });
    for (const { metadata } of events) counts.set(metadata.commandId, (counts.get(metadata.commandId) ?? 0) + 1);
    if (next >= head) return counts;
    after = next;
  }
}
