// A process to be ended by the client it uses: the client by itself, in the trouble that the argument names.
import { EventStoreDBClient, jsonEvent, NO_STREAM, streamNameFilter } from '@eventstore/db-client';
import { EventStoreSimulator, failures } from '../../support/eventstoredb-simulator/index.ts';

const simulator = await EventStoreSimulator.start();
const client = EventStoreDBClient.connectionString(simulator.connectionString);
const append = (to: EventStoreDBClient, stream: string) =>
  to.appendToStream(stream, jsonEvent({ type: 'RequestRaised', data: {} }), { expectedRevision: NO_STREAM });

const TROUBLES: Readonly<Record<string, () => Promise<unknown>>> = {
  /** The error of one client's append empties the table that the answer to another's is looked up in. */
  'late-reply': async () => {
    const other = EventStoreDBClient.connectionString(simulator.connectionString);
    const held = simulator.faults.inject({ method: 'batchAppend', behaviour: 'hold', stream: 'request-held' });
    append(other, 'request-held').catch(() => undefined);
    await held.reached();
    simulator.faults.inject({ method: 'batchAppend', behaviour: 'fail', failure: failures.notReady(), times: 1 });
    await append(client, 'request-dropped').catch(() => undefined);
    held.release();
    await simulator.journal.until((journal) => journal.of('batchAppend').answered > 0);
    return append(client, 'request-after');
  },

  'throwing-checkpoint': async () => {
    const checkpointReached = () => {
      throw new Error('thrown in checkpointReached');
    };
    const filter = streamNameFilter({ prefixes: ['request-'], checkpointReached });
    client.subscribeToAll({ filter }).resume();
    await append(client, 'request-1');
    await simulator.journal.until((journal) => journal.of('subscribeToAll').events > 0);
    return append(client, 'request-2');
  },
};

await TROUBLES[process.argv[2] ?? '']?.();
await simulator.stop();
process.exit(0);
