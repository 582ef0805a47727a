// The lock that makes one of several projectors the leading one: a PostgreSQL advisory lock, which belongs to a session
// and falls free with it. The session is one that the server gives up on after five seconds without a word, so a leader
// that hangs, is frozen, or whose machine or network is gone makes way within that time; one that ends does so at once.
import { Unavailable } from '#libs/kernel';
import type { Scheduler } from '#libs/platform';
import { pause } from '../back-off.ts';

/** What of a dedicated PostgreSQL session is needed. */
export interface LockSession {
  query(sql: string, parameters?: readonly unknown[]): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
  /** Settles when the connection is gone. */
  readonly lost: Promise<Error>;
  release(): Promise<void> | void;
}

export interface LeaderLockOptions {
  /** A session outside of any pool, which the server ends after so long a silence. */
  readonly connect: (silenceLimitMs: number) => Promise<LockSession>;
  /** Who asks for the lock of the same name, in the same database and schema, asks for the same lock. */
  readonly name: string;
  readonly scheduler: Scheduler;
}

const SILENCE_LIMIT_MS = 5_000;
const SIGN_OF_LIFE_EVERY_MS = 1_000;
/** An answer that takes longer counts as a lost connection; with the pause before it, less than the server's limit. */
const ANSWER_WITHIN_MS = 3_000;

export class LeaderLock {
  readonly #options: LeaderLockOptions;
  #session: LockSession | undefined;

  constructor(options: LeaderLockOptions) {
    this.#options = options;
  }

  /**
   * Takes the lock if nobody has it. The session stays open between attempts, so they have to follow each other within
   * seconds; `close` ends it.
   *
   * @returns a signal that aborts when the lock is lost; undefined when somebody else has it
   * @throws Unavailable when the database cannot be used
   */
  async tryTake(): Promise<AbortSignal | undefined> {
    const session = (this.#session ??= await this.#options.connect(SILENCE_LIMIT_MS));
    try {
      // The schema's name also when somebody has dropped the schema: nobody could lead and make it again otherwise.
      const schema = "coalesce(current_schema(), current_setting('search_path'))";
      const key = `hashtextextended($1 || ' ' || ${schema}, 0)`;
      const { rows } = await this.#ask(session, `SELECT pg_try_advisory_lock(${key}) AS "taken"`, [this.#options.name]);
      return rows[0]?.['taken'] === true ? this.#watch(session) : undefined;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Gives the lock back, if it was taken, with the session. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (!session) return;
    // A server that no longer answers does not say good-bye either.
    const patience = new AbortController();
    const released = Promise.resolve(session.release()).finally(() => patience.abort());
    await Promise.race([released, pause(this.#options.scheduler, ANSWER_WITHIN_MS, patience.signal)]);
  }

  /** Says something to the server every second, and holds the lock for lost when there is no answer. */
  #watch(session: LockSession): AbortSignal {
    const over = new AbortController();
    void session.lost.then((reason) => over.abort(reason));
    const live = async () => {
      while (!over.signal.aborted && this.#session === session) {
        await pause(this.#options.scheduler, SIGN_OF_LIFE_EVERY_MS, over.signal);
        if (this.#session === session) await this.#ask(session, 'SELECT 1');
      }
    };
    void live().catch((error: unknown) => over.abort(error));
    return over.signal;
  }

  async #ask(session: LockSession, sql: string, parameters: readonly unknown[] = []) {
    const late = Promise.withResolvers<never>();
    const cancel = this.#options.scheduler.after(ANSWER_WITHIN_MS, () => {
      late.reject(new Unavailable('The database does not answer.'));
    });
    try {
      return await Promise.race([session.query(sql, parameters), late.promise]);
    } finally {
      cancel();
    }
  }
}
