// The race for tasks: eight processes, each a volunteer of its own, accept the same tasks over HTTP, at one server process
// or at two of a house scaled out. What they were told is compared with what the log holds.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RecordedEvent } from '#libs/event-store';
import { GraphqlClient } from './client.ts';
import { rootField } from './documents.ts';
import { readLog } from './log.ts';
import { makeWorld } from './world.ts';
import { Person } from './person.ts';
import type { Course } from './race-courses.ts';
import { courses } from './race-courses.ts';

export interface Start {
  readonly url: string;
  readonly token: string;
  readonly document: string;
  /** What only the winner may be shown. */
  readonly secret: string;
}

export interface Lap {
  readonly taskIds: readonly string[];
}

export interface Attempt {
  readonly taskId: string;
  /** Undefined for the winner. */
  readonly code: string | undefined;
  readonly sawSecret: boolean;
  readonly from: number;
  readonly until: number;
}

export interface RaceReport {
  readonly tasks: number;
  /** Winners by what the racers were told, one entry a task. */
  readonly winnersPerTask: readonly number[];
  readonly winnersShownContact: number;
  readonly losersCodes: readonly string[];
  readonly losersShownContact: number;
  /** Tasks the log holds one accept of, by the very racer that was told so. */
  readonly acceptedOnceByTheWinner: number;
  /** Slots the racers hold afterwards; one a task, or a loser kept one. */
  readonly openTasks: number;
  /** Tasks for which a second volunteer's slot was reserved before the first accept was stored: the accepts met. */
  readonly collided: number;
  /** Tasks for which a loser's request was under way when the winner's was. */
  readonly overlapped: number;
  readonly seconds: number;
}

const RACERS = 8;
const LAP = 25;
const SECRET = '13900009393';
const CHILD = fileURLToPath(new URL('./racer.child.ts', import.meta.url));

export async function raceForTasks(tasks: number, where: keyof typeof courses): Promise<RaceReport> {
  const racers: ChildProcess[] = [];
  const course = await courses[where]();
  try {
    const { volunteers, office, communityId } = await prepare(course);
    const addresses = await course.serve();
    const taskIds = await offerTasks(office.at(new GraphqlClient(...addresses)), communityId, tasks);
    for (const [index, { member }] of volunteers.entries()) {
      const { url } = new GraphqlClient(addresses[index % addresses.length]!);
      racers.push(await startRacer(url, member.token));
    }
    const began = Date.now();
    const attempts = await runLaps(racers, taskIds);
    const seconds = (Date.now() - began) / 1_000;
    await course.end();
    const byVolunteer = new Map(volunteers.map(({ volunteerId }, index) => [volunteerId, attempts[index] ?? []]));
    return { ...(await compare(course, taskIds, byVolunteer)), seconds };
  } finally {
    for (const racer of racers) racer.kill('SIGKILL');
    await course.clear();
  }
}

/** An office, and volunteers who may hold as many tasks as there are. */
async function prepare(course: Course) {
  const api = await course.open();
  const world = await makeWorld(api);
  const administrator = new Person(api, await world.member('ADMINISTRATOR', world.districtId));
  const { communityId } = world;
  await administrator.order('setPolicy', { communityId, openTaskLimit: 1_000 });
  const office = new Person(api, await world.member('OFFICE'));
  const volunteers: Person[] = [];
  for (let count = 0; count < RACERS; count += 1) volunteers.push(new Person(api, await world.volunteer()));
  await api.close();
  return { volunteers, office, communityId };
}

async function offerTasks(office: Person, communityId: string, tasks: number): Promise<string[]> {
  const report = { communityId, channel: 'PHONE', category: 'SANITATION', matter: 'M', reporter: { phone: SECRET } };
  const offered: string[] = [];
  const lane = async () => {
    while (offered.length < tasks) {
      const place = offered.push('') - 1;
      const { id } = (await office.order('raiseRequest', report)).request;
      offered[place] = (await office.order('dispatchRequest', { requestId: id })).request.taskId;
    }
  };
  await Promise.all(Array.from({ length: 32 }, lane));
  return offered;
}

async function startRacer(url: string, token: string): Promise<ChildProcess> {
  const racer = fork(CHILD, { execArgv: ['--conditions=source'] });
  racer.send({ url, token, document: rootField('acceptTask').document, secret: SECRET } satisfies Start);
  await once(racer, 'message');
  return racer;
}

/** Every racer runs every lap, and none begins the next before all are there: else the fastest would run alone. */
async function runLaps(racers: readonly ChildProcess[], taskIds: readonly string[]): Promise<Attempt[][]> {
  const attempts = racers.map((): Attempt[] => []);
  for (let first = 0; first < taskIds.length; first += LAP) {
    const lap: Lap = { taskIds: taskIds.slice(first, first + LAP) };
    const done = racers.map(async (racer, index) => {
      const [told] = (await once(racer, 'message')) as [Attempt[]];
      attempts[index]?.push(...told);
    });
    for (const racer of racers) racer.send(lap);
    await Promise.all(done);
  }
  return attempts;
}

async function compare(course: Course, taskIds: readonly string[], byVolunteer: ReadonlyMap<string, Attempt[]>) {
  const api = await course.open();
  const log = await readLog(api.application.foundation.store).finally(() => api.close());
  const accepted = Map.groupBy(
    log.filter(({ type }) => type === 'TaskAccepted'),
    taskOf,
  );
  const reserved = Map.groupBy(
    log.filter(({ type }) => type === 'TaskSlotReserved'),
    taskOf,
  );
  const freed = log.filter(({ type }) => type === 'TaskSlotFreed').length;
  const attempts = [...byVolunteer].flatMap(([volunteerId, own]) => own.map((of) => ({ ...of, volunteerId })));
  const ofTask = Map.groupBy(attempts, ({ taskId }) => taskId);
  const [winners, losers] = [attempts.filter(({ code }) => code === undefined), attempts.filter(({ code }) => code)];
  const isRight = ({ taskId, volunteerId }: { taskId: string; volunteerId: string }) => {
    const events = accepted.get(taskId) ?? [];
    return events.length === 1 && events[0]?.data['volunteerId'] === volunteerId;
  };
  return {
    tasks: taskIds.length,
    winnersPerTask: taskIds.map((id) => (ofTask.get(id) ?? []).filter(({ code }) => code === undefined).length),
    winnersShownContact: winners.filter(({ sawSecret }) => sawSecret).length,
    losersCodes: [...new Set(losers.map(({ code }) => code ?? ''))],
    losersShownContact: losers.filter(({ sawSecret }) => sawSecret).length,
    acceptedOnceByTheWinner: winners.filter(isRight).length,
    openTasks: [...reserved.values()].flat().length - freed,
    collided: [...reserved.values()].filter((slots) => slots.length > 1).length,
    overlapped: taskIds.filter((id) => haveOverlapped(ofTask.get(id) ?? [])).length,
  };
}

function haveOverlapped(attempts: readonly Attempt[]): boolean {
  const winner = attempts.find(({ code }) => code === undefined);
  return attempts.some((of) => of !== winner && winner && of.from < winner.until && of.until > winner.from);
}

function taskOf({ data }: RecordedEvent): string {
  return data['taskId'] as string;
}

export function describeRace({ tasks, collided, overlapped, seconds, losersCodes }: RaceReport): string {
  const share = (count: number) => `${((100 * count) / tasks).toFixed(0)} %`;
  return (
    `${String(RACERS)} processes raced for ${String(tasks)} tasks in ${seconds.toFixed(1)} s: ` +
    `accepts collided in ${share(collided)} of the tasks, overlapped in ${share(overlapped)}; ` +
    `losers were told ${losersCodes.join(', ')}\n`
  );
}
