// A position of this store: the event's number in the whole log, from 1, as sixteen decimal digits, so that comparing
// strings compares numbers.
import type { Position } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import { InvalidPosition } from '#libs/event-store';

const FORM = /^\d{16}$/;

export function positionOf(sequence: number): Position {
  return sequence === 0 ? START_OF_LOG : (String(sequence).padStart(16, '0') as Position);
}

/** @throws InvalidPosition for anything `positionOf` does not write */
export function sequenceOf(position: Position): number {
  if (position === START_OF_LOG) return 0;
  const sequence = FORM.test(position) ? Number(position) : 0;
  if (sequence < 1 || !Number.isSafeInteger(sequence)) throw new InvalidPosition();
  return sequence;
}
