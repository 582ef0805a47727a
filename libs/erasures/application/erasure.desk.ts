// Carries out what people ask about erasures: finds whose data is meant, adds what its scope says of it, and lets the
// decider decide. Every event of an erasure belongs to the community of its subject.
import type { CommandExecutor } from '#libs/commands';
import type { CommandContext } from '#libs/kernel';
import { NotFound } from '#libs/kernel';
import type { ErasureCommand, SubjectFacts } from '../domain/erasure.commands.ts';
import type { Grounds, LegalHold, Subject, SubjectKind } from '../domain/erasure.events.ts';
import type { ErasureState, KnownErasure } from '../domain/erasure.state.ts';
import { erasureAggregate } from './erasure.aggregate.ts';
import type { Eraser, ErasureOutcome } from './eraser.ts';
import type { ErasureRecord, Subjects } from './ports.ts';

/** Whether the sender may touch what belongs to this community; if not, it is answered as absent. */
export type Admission = (communityId: string, kind: SubjectKind) => boolean;

export type SubjectOrder =
  | { readonly type: 'RequestErasure'; readonly grounds: Exclude<Grounds, 'RETENTION'> }
  | { readonly type: 'PlaceHold'; readonly reason: LegalHold };
export type ErasureOrder = { readonly type: 'ApproveErasure' | 'CancelErasure' | 'LiftHold' | 'ExecuteErasure' };

export interface DeskParts {
  readonly executor: CommandExecutor;
  readonly subjects: Subjects;
  readonly eraser: Eraser;
  readonly record: Pick<ErasureRecord, 'has'>;
  /** Between approval and execution. */
  readonly delayMs: number;
}

const everyone: Admission = () => true;

/**
 * Every method resolves once its events are durable, and answers a repeat of its command with the first result.
 *
 * @throws NotFound when there is no such subject or erasure, or none that the sender may touch
 * @throws Rejected with a code of `ErasureRejection`
 * @throws Conflict, CommandIdReused, Unavailable as `CommandExecutor.execute` does
 */
export class ErasureDesk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** What is known of a subject now, its hold included: what `requestErasure` would be decided on. */
  async look(subject: Subject, admits: Admission = everyone): Promise<SubjectFacts> {
    const facts = await this.#parts.subjects.find(subject);
    if (!facts || !admits(facts.communityId, subject.kind))
      throw new NotFound('There is nothing to erase under this id.');
    return facts;
  }

  async about(
    subject: Subject,
    order: SubjectOrder,
    context: CommandContext,
    admits: Admission = everyone,
  ): Promise<ErasureOutcome> {
    const { personId, communityId } = await this.look(subject, admits);
    const { executor, record } = this.#parts;
    const command = async ({ status }: ErasureState): Promise<ErasureCommand> => {
      const facts = await this.look(subject, admits);
      const isListed = status === 'BEGUN' && (await record.has(personId));
      return { ...order, ...facts, ...{ isListed }, by: context.actor.accountId, at: context.recordedAt };
    };
    return executor.execute(erasureAggregate, personId, command, communityId, context);
  }

  async order(
    personId: string,
    order: ErasureOrder,
    context: CommandContext,
    admits: Admission = everyone,
  ): Promise<ErasureOutcome> {
    const { executor, delayMs } = this.#parts;
    const { communityId } = await this.#known(personId, admits);
    if (order.type === 'ExecuteErasure') return this.#execute(personId, context);
    const common = { by: context.actor.accountId, at: context.recordedAt };
    const command: ErasureCommand =
      order.type === 'ApproveErasure' ? { type: order.type, ...common, delayMs } : { type: order.type, ...common };
    return executor.execute(erasureAggregate, personId, command, communityId, context);
  }

  /** Where it stands now, by its own stream. */
  load(personId: string) {
    return this.#parts.executor.load(erasureAggregate, personId);
  }

  /** What is held is answered as it stands; whoever finds it carried out already is told so as well. */
  async #execute(personId: string, context: CommandContext): Promise<ErasureOutcome> {
    const { eraser } = this.#parts;
    const before = await this.load(personId);
    if (before.state.status !== 'ERASED') {
      const { state } = await eraser.begin(personId, context);
      if (state.status !== 'APPROVED') await eraser.carryOut([personId]);
    }
    const { state, revision, events } = await this.load(personId);
    const position = events.at(-1)?.position;
    if (position === undefined) throw new NotFound('There is no such erasure.');
    return { state, revision, events, position, appended: events.length - before.events.length };
  }

  async #known(personId: string, admits: Admission): Promise<KnownErasure> {
    const { state } = await this.load(personId);
    if (state.status === 'NONE' || !admits(state.communityId, state.subject.kind))
      throw new NotFound('There is no such erasure.');
    return state;
  }
}
