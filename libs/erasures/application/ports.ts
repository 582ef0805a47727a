// What an erasure needs of others. The scopes whose persons are erased, the list outside the databases and the search of
// the files are put together in the composition root.
import type { CommandContext, Instant, Position } from '#libs/kernel';
import type { SubjectFacts } from '../domain/erasure.commands.ts';
import type { Subject } from '../domain/erasure.events.ts';

export interface Subjects {
  /** What its scope says of it now, by its stream; undefined where there is none. */
  find(subject: Subject): Promise<SubjectFacts | undefined>;
  /** The stream that holds its sealed texts. */
  streamOf(subject: Subject): string;
  /** Ends what must not go on once the key is gone. Repeating it does nothing, or ends it anew. */
  close(subject: Subject, context: CommandContext): Promise<void>;
}

/** Who was erased, kept where no backup of the databases reaches, so that restoring one can repeat it. */
export interface ErasureRecord {
  /** Durable when it resolves. @throws Unavailable where it cannot be written */
  add(personId: string, at: Instant): Promise<void>;
  /** True also where adding this person was cut short. @throws Unavailable where it cannot be told */
  has(personId: string): Promise<boolean>;
}

export interface Keys {
  traceOf(personId: string): Promise<Uint8Array | undefined>;
  erase(personId: string, at: Instant): Promise<void>;
  open(sealed: string, communityId: string): string | undefined | Promise<string | undefined>;
}

export interface SearchResult {
  readonly files: number;
  readonly bytes: number;
  /** Which of the byte strings were found anywhere, by their index. */
  readonly found: readonly number[];
}

/** Looks at every byte the house keeps. */
export interface ByteSearch {
  search(needles: readonly Uint8Array[]): Promise<SearchResult>;
}

/** Resolves once every read model has taken in this position. @throws Unavailable after a while */
export type Blanked = (position: Position) => Promise<void>;
