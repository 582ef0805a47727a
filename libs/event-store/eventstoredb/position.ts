// A position of this store: where the event's transaction was committed and, where it differs, where the event itself
// was written, as twenty decimal digits each, so that comparing strings compares positions.
import type { Position } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import { InvalidPosition } from '#libs/event-store';

const FORM = /^(\d{20})(?:\.(\d{20}))?$/;
const LARGEST = 2n ** 63n - 1n;

/** As the protocol carries it: decimal texts, because they may be larger than a number holds exactly. */
export interface LogPosition {
  readonly commit: string;
  readonly prepare: string;
}

export function positionOf({ commit, prepare }: LogPosition): Position {
  const text = commit.padStart(20, '0');
  return (prepare === commit ? text : `${text}.${prepare.padStart(20, '0')}`) as Position;
}

/** Undefined when the server says that it knows none: nothing, or more than any log holds. */
export function knownPosition(at: LogPosition | undefined): Position | undefined {
  if (!at || BigInt(at.commit) > LARGEST || BigInt(at.prepare) > LARGEST) return undefined;
  return positionOf(at);
}

/**
 * @returns undefined at the start of the log
 * @throws InvalidPosition for anything `positionOf` does not write
 */
export function logPositionOf(position: Position): LogPosition | undefined {
  if (position === START_OF_LOG) return undefined;
  const [, commitDigits, prepareDigits = commitDigits] = FORM.exec(position) ?? [];
  if (commitDigits === undefined || prepareDigits === undefined) throw new InvalidPosition();
  const [commit, prepare] = [BigInt(commitDigits), BigInt(prepareDigits)];
  if (commit > LARGEST || prepare > LARGEST) throw new InvalidPosition();
  return { commit: String(commit), prepare: String(prepare) };
}
