// Who goes on from the end of a page skips nothing, whichever node answered, whatever was appended meanwhile, and however early
// the call ended.
import { afterEach, describe, expect, it } from '@jest/globals';
import { newEvents, newStream } from '#libs/event-store/contract';
import { START_OF_LOG } from '#libs/kernel';
import { closeAll, openStore, startSimulator } from '../../../test/support/eventstoredb-house/index.ts';

afterEach(closeAll);

describe('the end of a page', () => {
  it('is never the head of a node that knows more than the one that was read', async () => {
    const simulator = await startSimulator({ nodes: 3 });
    const [writer, reader] = [openStore(simulator.connectionString), openStore(simulator.connectionString)];
    await writer.append(newStream(), newEvents(5), { expected: 'no-stream' });
    const full = await reader.head();
    simulator.lag(1, 3);
    const held = simulator.faults.inject({ method: 'readAll', behaviour: 'hold', times: 1 });
    const page = reader.readAll({ after: START_OF_LOG, types: ['RequestRaised'] });
    await held.reached();
    simulator.changeLeader(1);
    await reader.readStream(newStream());
    held.release();
    const { events, next } = await page;
    expect(next).toBe(events.at(-1)?.position);
    expect(next < full).toBe(true);
  });

  it('is never an event that was appended while the page was read', async () => {
    const simulator = await startSimulator();
    const store = openStore(simulator.connectionString, { limits: {} });
    await store.append(newStream(), newEvents(3), { expected: 'no-stream' });
    const held = simulator.faults.inject({ method: 'readAll', behaviour: 'hold', afterEvents: 2, times: 2 });
    const page = store.readAll({ after: START_OF_LOG, types: ['RequestRaised'] });
    await held.reached(2);
    await simulator.journal.until((journal) => journal.of('readAll').events === 3);
    const { position } = await store.append(newStream(), newEvents(1), { expected: 'no-stream' });
    held.release();
    const { events, next } = await page;
    expect(next >= position).toBe(events.length === 4);
  });

  it('is not believed when the call ended early', async () => {
    const simulator = await startSimulator();
    const store = openStore(simulator.connectionString);
    const { position } = await store.append(newStream(), newEvents(5), { expected: 'no-stream' });
    // The first of the two meets the question for the head, which is answered with one event.
    const cut = simulator.faults.inject({ method: 'readAll', behaviour: 'end', afterEvents: 2, times: 2 });
    const page = await store.readAll({ after: START_OF_LOG });
    expect(cut.hits).toBe(2);
    expect(page).toMatchObject({ next: position, head: position });
    expect(page.events).toHaveLength(5);
    simulator.faults.inject({ method: 'readAll', behaviour: 'end', times: 1 });
    expect(await store.head()).toBe(position);
    const [{ stream } = { stream: '' }] = page.events;
    for (const options of [{}, { direction: 'backwards' }, { from: 9 }] as const) {
      simulator.faults.inject({ method: 'readStream', behaviour: 'end', times: 1 });
      expect((await store.readStream(stream, options)).lastRevision).toBe(4);
    }
  });
});
