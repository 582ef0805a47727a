// What the simulator's specifications share: a client of its protocol, and the few things every one of them does.
import {
  type AllStreamSubscription,
  EventStoreDBClient,
  jsonEvent,
  type JSONEventType,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { EventStoreSimulator, type SimulatorOptions } from './index.ts';

export interface Connection {
  readonly simulator: EventStoreSimulator;
  readonly client: EventStoreDBClient;
}

const open: { close(): Promise<void> }[] = [];

export async function connect(options: SimulatorOptions = {}): Promise<Connection> {
  const simulator = await EventStoreSimulator.start(options);
  open.push({ close: () => simulator.stop() });
  return { simulator, client: clientOf(simulator.connectionString) };
}

export function clientOf(connectionString: string): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(connectionString);
  open.push({ close: () => client.dispose() });
  return client;
}

/** A client of a simulator whose connections were cut: channels notice that only when they are used. */
export async function reconnected(simulator: { readonly connectionString: string }): Promise<EventStoreDBClient> {
  for (;;) {
    const client = clientOf(simulator.connectionString);
    try {
      await collect(client.readAll({ maxCount: 1 }));
      return client;
    } catch (error) {
      if ((error as { type?: string }).type !== 'unavailable') throw error;
      await new Promise(setImmediate);
    }
  }
}

/** For afterEach: clients first, since each wants to say good-bye. */
export async function closeAll(): Promise<void> {
  for (const each of open.splice(0).reverse()) await each.close();
}

type Ordered = JSONEventType<'Ordered', { number: number; note?: string }>;

export function ordered(number = 1, id?: string, note?: string) {
  const data = { number, ...(note !== undefined && { note }) };
  return jsonEvent<Ordered>({ type: 'Ordered', data, ...(id !== undefined && { id }) });
}

export async function collect(events: AsyncIterable<unknown>): Promise<ResolvedEvent[]> {
  const collected: ResolvedEvent[] = [];
  for await (const event of events) collected.push(event as ResolvedEvent);
  return collected;
}

export const revisions = (events: readonly ResolvedEvent[]) => events.map(({ event }) => Number(event?.revision));

/** The type and fields of the error that a promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  return promise.then(
    () => Promise.reject(new Error('It was not refused.')),
    (error: unknown) => error as Record<string, unknown>,
  );
}

/** Settles with everything the subscription delivered, once that is enough. */
export function delivered(subscription: AllStreamSubscription, enough: number): Promise<ResolvedEvent[]> {
  const events: ResolvedEvent[] = [];
  return new Promise((resolve, reject) => {
    subscription.on('error', reject);
    subscription.on('data', (event: ResolvedEvent) => {
      events.push(event);
      if (events.length === enough) resolve(events);
    });
  });
}

export function told(
  subscription: AllStreamSubscription,
  signal: 'caughtUp' | 'confirmation' | 'fellBehind' | 'error' | 'end',
): Promise<unknown> {
  return new Promise((resolve) => subscription.once(signal as 'error', resolve));
}
