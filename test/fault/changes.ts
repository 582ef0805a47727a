// Clients who take requests through their lives, one change after the other: the next one is known only once the last
// one is acknowledged, and one that was not is sent again with the same command id.
import { setTimeout } from 'node:timers/promises';
import type { RecordedEvent } from '#libs/event-store';
import { newId } from '../e2e/harness/neighbourhood.ts';
import type { GraphqlClient } from '../e2e/harness/client.ts';
import { Person } from '../e2e/harness/person.ts';
import { signIn } from '../e2e/harness/world.ts';

/** A change somebody sent, and what they were told of it. */
export interface Change {
  readonly mutation: string;
  readonly by: 'office' | 'volunteer';
  readonly input: { readonly commandId: string };
  /** Request, revision and position, once acknowledged. */
  told: string | undefined;
}

/** Who the clients act for. */
export type People = Readonly<Record<Change['by'], Person>>;

const AGAIN_AFTER_MS = 20;

export class Client {
  readonly #communityId: string;
  readonly changes: Change[] = [];
  #requestId = '';

  constructor(communityId: string) {
    this.#communityId = communityId;
  }

  /** Sends changes until one is not answered; that one is sent again first when it goes on. */
  async work(people: People): Promise<void> {
    for (;;) {
      const change = this.#due();
      try {
        this.#acknowledge(change, await send(change, people));
      } catch (error) {
        if (error instanceof Refused) throw error;
        return;
      }
    }
  }

  /**
   * Sends changes until the signal aborts, each of them again and again until it is acknowledged.
   *
   * @param people at the server to ask next
   * @param acknowledged gets what was told, and is waited for
   */
  async persist(people: () => People, stop: AbortSignal, acknowledged: (told: string) => Promise<void>): Promise<void> {
    while (!stop.aborted) {
      const change = this.#due();
      while (change.told === undefined) {
        try {
          this.#acknowledge(change, await send(change, people()));
        } catch (error) {
          if (error instanceof Refused && error.code !== 'UNAVAILABLE') throw error;
          await setTimeout(AGAIN_AFTER_MS);
        }
      }
      await acknowledged(change.told);
    }
  }

  #due(): Change {
    const last = this.changes.at(-1);
    if (last && last.told === undefined) return last;
    const next = this.#next();
    this.changes.push(next);
    return next;
  }

  #acknowledge(change: Change, told: string): void {
    change.told = told;
    if (change.mutation === 'raiseRequest') this.#requestId = told.split(' ')[0] ?? '';
  }

  #next(): Change {
    const requestId = this.#requestId;
    const report = { communityId: this.#communityId, channel: 'PHONE', category: 'SANITATION', matter: 'M' };
    const life: [string, Change['by'], object][] = [
      ['raiseRequest', 'office', report],
      ['dispatchRequest', 'office', { requestId }],
      ['acceptTask', 'volunteer', { taskId: `${requestId}.1` }],
      ['reportDone', 'volunteer', { taskId: `${requestId}.1`, result: 'R' }],
      ['confirmResolution', 'office', { requestId }],
    ];
    const [mutation, by, input] = life[this.changes.length % life.length]!;
    return { mutation, by, input: { commandId: newId(), ...input }, told: undefined };
  }
}

/** The server answered, and it was an error. */
export class Refused extends Error {
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

export async function send({ mutation, by, input }: Change, people: People): Promise<string> {
  const { value, errors, text, code } = await people[by].send(mutation, input);
  if (errors) throw new Refused(`${mutation}: ${text}`, code);
  const { revision, requestId, id } = value.request ?? value.task;
  return [requestId ?? id, revision, value.position].map(String).join(' ');
}

/** The same person at this server; tokens are short-lived. */
export async function signedIn(server: GraphqlClient, { member }: Person): Promise<Person> {
  return new Person(server, { ...member, token: await signIn(server, member.username) });
}

/** Acknowledged changes that are not in the log, or more than once, or not where they were said to be. */
export function lostOrDoubled(acknowledged: readonly Change[], log: readonly RecordedEvent[]): Change[] {
  const found = Map.groupBy(log, ({ metadata }) => metadata.commandId);
  const placesOf = ({ stream, revision, position }: RecordedEvent) =>
    [stream.slice('request-'.length), revision, position].join(' ');
  return acknowledged.filter(({ input, told }) => found.get(input.commandId)?.map(placesOf).join() !== told);
}

/** How many tasks the volunteer holds by the requests, and by the volunteer's own count. */
export async function slotsOf({ office, volunteer }: People, atLeast: string) {
  const { totalCount } = await volunteer.read('myTasks', { status: ['ACCEPTED', 'IN_PROGRESS'], atLeast });
  const { openTasks } = await office.read('volunteer', { id: volunteer.volunteerId, atLeast });
  return { held: totalCount as number, counted: openTasks as number };
}
