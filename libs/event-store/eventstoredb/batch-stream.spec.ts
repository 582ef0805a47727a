// Whatever becomes of one append over a call, the others are settled by their own answers, and answers that nobody waits
// for any more are dropped.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newEvents } from '#libs/event-store/contract';
import { EventStoreSimulator } from '../../../test/support/eventstoredb-simulator/index.ts';
import { appendRequest } from './append-request.ts';
import { BatchStream } from './batch-stream.ts';
import { Unanswered } from './call-failure.ts';
import { serverAddress } from './connection-string.ts';
import { Connection } from './connection.ts';

const LONG_MS = 600_000;

describe('a call of many appends', () => {
  let simulator: EventStoreSimulator;
  let connection: Connection;
  let stream: BatchStream;
  beforeEach(async () => {
    simulator = await EventStoreSimulator.start();
    connection = new Connection(serverAddress(simulator.connectionString));
    stream = new BatchStream((await connection.batchAppend(LONG_MS)).call);
  });
  afterEach(async () => {
    simulator.faults.releaseAll();
    await connection.close();
    await simulator.stop();
  });

  function send(name: string, limitMs: number) {
    const { correlation, messages } = appendRequest(name, newEvents(1), 'no-stream').attempt();
    return stream.send(correlation, messages, limitMs);
  }

  const held = (name: string) =>
    simulator.faults.inject({ method: 'batchAppend', behaviour: 'hold', moment: 'after', stream: name });

  it('drops the answer that comes too late for one while another is still on its way', async () => {
    const [late, patient] = [held('request-late'), held('request-patient')];
    const waiting = send('request-patient', LONG_MS);
    await patient.reached();
    await expect(send('request-late', 50)).rejects.toBeInstanceOf(Unanswered);
    expect(stream.open).toBe(false);
    late.release();
    await simulator.journal.until((journal) => journal.of('batchAppend').answered === 1);
    patient.release();
    expect((await waiting).hasSuccess()).toBe(true);
  });

  it('ends once it is retired and nothing is on its way any more', async () => {
    await send('request-1', LONG_MS);
    const fault = held('request-2');
    const waiting = send('request-2', LONG_MS);
    await fault.reached();
    stream.retire();
    fault.release();
    expect((await waiting).hasSuccess()).toBe(true);
    await expect(send('request-3', LONG_MS)).rejects.toThrow('The call has ended.');
  });
});
