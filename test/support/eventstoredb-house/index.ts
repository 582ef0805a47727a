// What specifications of the EventStoreDB adapter share: simulated servers, stores over them, and the client it is built on,
// by itself. After each test the servers let go of what they hold, and all that was opened is closed, the last first.
import { EventStoreDBClient } from '@eventstore/db-client';
import { expect } from '@jest/globals';
import type { EventStoreDBStoreOptions } from '#libs/event-store/eventstoredb';
import { EventStoreDBStore } from '#libs/event-store/eventstoredb';
import { Unavailable } from '#libs/kernel';
import type { SimulatorOptions } from '../eventstoredb-simulator/index.ts';
import { EventStoreSimulator } from '../eventstoredb-simulator/index.ts';

/** So that silence is soon told. */
export const SHORT_LIMITS = {
  appendAnswerMs: 800,
  appendMs: 1_200,
  readAnswerMs: 800,
  readMs: 1_200,
  pageAnswerMs: 800,
  pollMs: 50,
};

const simulators: EventStoreSimulator[] = [];
const closing: (() => Promise<unknown>)[] = [];

/** Done after the test, before what was opened earlier is closed. */
export function afterwards(close: () => Promise<unknown>): void {
  closing.push(close);
}

/** For afterEach. */
export async function closeAll(): Promise<void> {
  for (const simulator of simulators.splice(0)) simulator.faults.releaseAll();
  for (const close of closing.splice(0).reverse()) await close();
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<EventStoreSimulator> {
  const simulator = await EventStoreSimulator.start(options);
  simulators.push(simulator);
  afterwards(() => simulator.stop());
  return simulator;
}

export function openStore(url: string, options: Partial<EventStoreDBStoreOptions> = {}): EventStoreDBStore {
  const store = EventStoreDBStore.open({ url, categories: ['request', 'area'], limits: SHORT_LIMITS, ...options });
  afterwards(() => store.close());
  return store;
}

/** The client by itself. */
export function bareClient({ connectionString }: { readonly connectionString: string }): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(connectionString);
  afterwards(() => client.dispose());
  return client;
}

/** What a call rejects with that cannot be served now. */
export async function failureOf(call: Promise<unknown>): Promise<Unavailable> {
  const failure = await call.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(Unavailable);
  return failure as Unavailable;
}
