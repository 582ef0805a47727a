// Appends until the outcome is known or the time is up. Every attempt offers the same bytes under the same ids at the
// same revision, so the server stores them once, however many attempts reach it.
import type { Position } from '#libs/kernel';
import { ServerUnavailable, Unavailable } from '#libs/kernel';
import type { AppendResult } from '#libs/event-store';
import { WrongExpectedRevision } from '#libs/event-store';
import type { AppendRequest } from './append-request.ts';
import { BatchStream } from './batch-stream.ts';
import type { CallFailure } from './call-failure.ts';
import { AppendRefused, callFailure, moreTelling, packedFailure, shown } from './call-failure.ts';
import type { Connection, Session } from './connection.ts';
import type { LogReader } from './log-reader.ts';
import type { Limits } from './limits.ts';
import { BackOff, pause, within } from './limits.ts';
import { knownPosition } from './position.ts';
import type { BatchAppendResp } from './protocol.ts';
import { WrongExpectedVersion } from './protocol.ts';
import type { StreamReader } from './stream-reader.ts';

type Appended = NonNullable<ReturnType<BatchAppendResp['getSuccess']>>;
type Refusal = NonNullable<ReturnType<BatchAppendResp['getError']>>;

interface OpenBatch {
  readonly stream: BatchStream;
  readonly session: Session;
}

export class Appender {
  readonly #connection: Connection;
  readonly #log: LogReader;
  readonly #streams: StreamReader;
  readonly #limits: Limits;
  readonly #name: string;
  #batch: OpenBatch | undefined;
  #opening: Promise<OpenBatch> | undefined;

  /** @param name of the server, for sentences */
  constructor(
    connection: Connection,
    { log, streams, limits, name }: { log: LogReader; streams: StreamReader; limits: Limits; name: string },
  ) {
    this.#connection = connection;
    this.#log = log;
    this.#streams = streams;
    this.#limits = limits;
    this.#name = name;
  }

  /**
   * @throws WrongExpectedRevision, or InvalidInput when it is too large
   * @throws Unavailable when it was not stored, or when nobody knows and the same call can be made again
   */
  async append(request: AppendRequest, stream: string, signal: AbortSignal | undefined): Promise<AppendResult> {
    const deadline = Date.now() + this.#limits.appendMs;
    const backOff = new BackOff();
    const before = this.#log.furthest;
    let mayBeStored = false;
    let said: CallFailure | undefined;
    for (;;) {
      signal?.throwIfAborted();
      try {
        const answer = await this.#attempt(request, deadline);
        const error = answer.getError();
        if (error) throw refused(error, stream, request);
        return await this.#resultOf(request, answer.getSuccess(), { before, isRetry: mayBeStored });
      } catch (error) {
        const failure = callFailure(error);
        if (!failure) throw error;
        said = moreTelling(said, failure);
        mayBeStored ||= failure.mayHaveHappened;
        const wait = backOff.next();
        const isLast = Date.now() + wait + SHORTEST_ATTEMPT_MS >= deadline || (mayBeStored && !isExact(request));
        if (failure.outlook !== 'again' || isLast) throw this.#shown(said, mayBeStored);
        await pause(wait, signal);
      }
    }
  }

  async #attempt(request: AppendRequest, deadline: number): Promise<BatchAppendResp> {
    const { stream, session } = await within(deadline - Date.now(), this.#openBatch());
    const { correlation, messages } = request.attempt();
    try {
      const limitMs = Math.max(1, Math.min(this.#limits.appendAnswerMs, deadline - Date.now()));
      return await stream.send(correlation, messages, limitMs);
    } catch (error) {
      // Whatever went wrong with it, it is not trusted with more; the appends on their way over it may yet be answered.
      stream.retire();
      await this.#connection.renew(session);
      throw error;
    }
  }

  #openBatch(): Promise<OpenBatch> {
    if (this.#batch?.stream.open && this.#connection.isNewest(this.#batch.session)) return Promise.resolve(this.#batch);
    this.#batch?.stream.retire();
    this.#opening ??= this.#connection
      .batchAppend(this.#limits.appendMs)
      .then(({ call, session }) => (this.#batch = { stream: new BatchStream(call), session }))
      .finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #resultOf(
    request: AppendRequest,
    appended: Appended | undefined,
    { before, isRetry }: { before: Position; isRetry: boolean },
  ): Promise<AppendResult> {
    const revision = Number(appended?.getCurrentRevision() ?? -1);
    const at = appended?.getPosition();
    const answered = knownPosition(at && { commit: at.getCommitPosition(), prepare: at.getPreparePosition() });
    // Of several events, and of a repeat, servers answer one position or another; the event itself knows its own.
    const isSure = answered !== undefined && answered > before && request.count === 1 && !isRetry;
    const position = isSure ? answered : await this.#readBack(request, revision);
    this.#log.saw(position);
    // What is new lies behind everything that anyone had seen when it was sent.
    return { revision, position, duplicate: position <= before };
  }

  async #readBack({ stream, lastId }: AppendRequest, revision: number): Promise<Position> {
    const found = await this.#streams.positionOf(stream, { revision, id: lastId }).catch((error: unknown) => {
      if (!(error instanceof Unavailable)) throw error;
      throw new ServerUnavailable(`${error.message} ${MAY_BE_STORED}`, error.details);
    });
    if (found !== undefined) return found;
    throw new Unavailable(
      'What was appended cannot be found again: the stream was deleted or truncated on the server.',
    );
  }

  #shown(failure: CallFailure, mayBeStored: boolean): Error {
    const refusal = shown(failure, this.#name);
    if (!mayBeStored || !(refusal instanceof Unavailable)) return refusal;
    return new ServerUnavailable(`${refusal.message} ${MAY_BE_STORED}`, refusal.details);
  }
}

/** At an exact revision the server recognises every repeat; otherwise only those it has in a cache. */
function isExact({ expected }: AppendRequest): boolean {
  return expected !== 'any' && expected !== 'exists';
}

function refused(error: Refusal, stream: string, { expected }: AppendRequest): Error {
  const details = error.getDetails();
  const type = details?.getTypeName() ?? '';
  const conflict = details?.unpack((bytes) => WrongExpectedVersion.deserializeBinary(bytes), WRONG_EXPECTED_VERSION);
  if (conflict) {
    const actual = conflict.hasCurrentStreamRevision() ? Number(conflict.getCurrentStreamRevision()) : -1;
    return new WrongExpectedRevision(stream, expected, actual);
  }
  return new AppendRefused(packedFailure(type, error.getMessage()));
}

/** Cut off sooner, an attempt that nobody heard would seem to have been heard. */
const SHORTEST_ATTEMPT_MS = 200;
const MAY_BE_STORED = 'The command may or may not have been stored; the same command can be sent again.';
const WRONG_EXPECTED_VERSION = 'event_store.client.WrongExpectedVersion';
