// Carries out what was decided: hold check, key destroyed, read models blanked, every byte searched, and only then the
// event that says so. Each step is recorded before the next and may be repeated, so whoever comes after a crash goes on
// where it ended; two that carry out the same erasure have one effect.
import type { CommandExecutor, CommandOutcome } from '#libs/commands';
import type { EventStore } from '#libs/event-store';
import { deterministicId } from '#libs/event-store';
import type { Clock, CommandContext, Instant, Position } from '#libs/kernel';
import { NotFound, START_OF_LOG, Unavailable } from '#libs/kernel';
import type { ErasureCommand, SubjectFacts } from '../domain/erasure.commands.ts';
import type { ErasureEvent } from '../domain/erasure.events.ts';
import type { ErasureState, KnownErasure } from '../domain/erasure.state.ts';
import { erasureAggregate } from './erasure.aggregate.ts';
import type { Blanked, ByteSearch, ErasureRecord, Keys, SearchResult, Subjects } from './ports.ts';
import { subjectTexts } from './subject-texts.ts';

export interface EraserParts {
  readonly executor: CommandExecutor;
  readonly store: EventStore;
  readonly keys: Keys;
  readonly subjects: Subjects;
  readonly record: ErasureRecord;
  readonly blanked: Blanked;
  readonly bytes: ByteSearch;
  readonly clock: Clock;
  /** Keyed hash of a command's payload. */
  readonly fingerprint: (payload: { readonly personId: string; readonly step: string }) => string;
}

export type ErasureOutcome = CommandOutcome<ErasureState, ErasureEvent>;

interface Destroyed {
  readonly personId: string;
  readonly position: Position;
  /** The beginning of the wrapped key as it was. */
  readonly trace: Uint8Array | undefined;
  /** Empty after a crash: what cannot be opened any more cannot be searched for. */
  readonly texts: readonly Uint8Array[];
}

type Destroyable = Extract<KnownErasure, { status: 'BEGUN' | 'KEY_DESTROYED' }>;
type SubjectOf = Pick<KnownErasure, 'personId' | 'subject' | 'communityId'>;
type BeginOrder =
  { readonly type: 'BeginErasure' } | { readonly type: 'BeginByRetention'; readonly closedBefore: Instant };

const rethrow = (error: unknown): void => {
  throw error;
};

export class Eraser {
  readonly #parts: EraserParts;

  constructor(parts: EraserParts) {
    this.#parts = parts;
  }

  /**
   * Erases those of these persons whose erasure has begun, and answers how many it completed. The files are searched once
   * for all of them.
   *
   * @param failed told of each step that cannot be done now, while the others' go on; default: throws, and they do not.
   *   Repeating it goes on from there.
   */
  async carryOut(personIds: readonly string[], failed = rethrow): Promise<number> {
    const destroyed: Destroyed[] = [];
    for (const personId of personIds) {
      try {
        const state = await this.#heldAgain(personId);
        if (state.status === 'BEGUN' || state.status === 'KEY_DESTROYED') destroyed.push(await this.#destroy(state));
      } catch (error) {
        failed(error);
      }
    }
    return destroyed.length === 0 ? 0 : this.#complete(destroyed, failed);
  }

  /**
   * @param context whose command it is; default the timer's
   * @throws Rejected as the decider says; what is held is answered and not thrown
   */
  async begin(personId: string, context?: CommandContext): Promise<ErasureOutcome> {
    const { state } = await this.#parts.executor.load(erasureAggregate, personId);
    if (state.status === 'NONE') throw new NotFound('There is no such erasure.');
    return this.#begin(state, { type: 'BeginErasure' }, context);
  }

  /** @throws Rejected as the decider says, also for what is held */
  beginByRetention(subject: SubjectFacts, closedBefore: Instant): Promise<ErasureOutcome> {
    return this.#begin(subject, { type: 'BeginByRetention', closedBefore });
  }

  async #begin(
    { personId, subject, communityId }: SubjectOf,
    order: BeginOrder,
    context = this.#context(personId, order.type, crypto.randomUUID()),
  ): Promise<ErasureOutcome> {
    const { executor, subjects, keys, record, clock } = this.#parts;
    const wrapped = await keys.traceOf(personId);
    const trace = wrapped ? Buffer.from(wrapped).toString('base64url') : null;
    const command = async (): Promise<ErasureCommand> => {
      const facts = await subjects.find(subject);
      if (!facts) throw new NotFound('There is nothing to erase under this id.');
      return { ...order, ...facts, ...{ isListed: await record.has(personId) }, trace, at: clock.now() };
    };
    return executor.execute(erasureAggregate, personId, command, communityId, context);
  }

  /** Where it stands once what has begun was looked at again: a hold may have come since, and counts until it is listed. */
  async #heldAgain(personId: string): Promise<ErasureState> {
    const { state } = await this.#parts.executor.load(erasureAggregate, personId);
    return state.status === 'BEGUN' ? (await this.begin(personId)).state : state;
  }

  async #destroy({ personId, subject, trace, tasks, communityId }: Destroyable): Promise<Destroyed> {
    const { executor, store, keys, subjects, record, clock } = this.#parts;
    const texts = await subjectTexts(store, keys, subjects.streamOf(subject), personId);
    // Before anything else is done: a list that lacks somebody would bring them back with the next restored backup.
    await record.add(personId, clock.now());
    // A command of its own each time: what was closed may have been opened since.
    await subjects.close(subject, this.#context(personId, 'close', crypto.randomUUID()));
    await keys.erase(personId, clock.now());
    const command: ErasureCommand = { type: 'RecordKeyDestroyed', at: clock.now(), tasks };
    const context = this.#context(personId, 'destroyed');
    const { position } = await executor.execute(erasureAggregate, personId, command, communityId, context);
    const needles = texts.map((text) => Buffer.from(text));
    return { personId, position, texts: needles, trace: trace === null ? undefined : Buffer.from(trace, 'base64url') };
  }

  async #complete(destroyed: readonly Destroyed[], failed: typeof rethrow): Promise<number> {
    const { blanked, bytes } = this.#parts;
    let completed = 0;
    try {
      await blanked(destroyed.reduce((last, { position }) => (position > last ? position : last), START_OF_LOG));
      const needles = destroyed.flatMap(({ trace, texts }) => (trace ? [trace, ...texts] : texts));
      const result = await bytes.search(needles);
      const found = new Set(result.found.map((index) => needles[index]));
      for (const each of destroyed) {
        await this.#completeOne(each, result, found).then(() => (completed += 1), failed);
      }
    } catch (error) {
      failed(error);
    }
    return completed;
  }

  async #completeOne(
    { personId, trace, texts }: Destroyed,
    { files, bytes }: SearchResult,
    found: ReadonlySet<Uint8Array | undefined>,
  ): Promise<void> {
    const { executor, keys, clock } = this.#parts;
    if ((trace && found.has(trace)) || (await keys.traceOf(personId)) !== undefined) {
      throw new Unavailable('A copy of an erased key is still in the files of the house. The erasure is not complete.');
    }
    const { state } = await executor.load(erasureAggregate, personId);
    if (state.status === 'NONE') return;
    const counts = { files, bytes, texts: texts.length, textsFound: texts.filter((text) => found.has(text)).length };
    const command: ErasureCommand = { type: 'CompleteErasure', at: clock.now(), ...counts };
    await executor.execute(erasureAggregate, personId, command, state.communityId, this.#context(personId, 'complete'));
  }

  #context(personId: string, step: string, commandId = deterministicId('erasure', step, personId)): CommandContext {
    const { clock, fingerprint } = this.#parts;
    const now = clock.now();
    return {
      commandId,
      commandHash: fingerprint({ personId, step }),
      actor: { accountId: 'system', role: 'SYSTEM' },
      ...{ occurredAt: now, recordedAt: now },
    };
  }
}
