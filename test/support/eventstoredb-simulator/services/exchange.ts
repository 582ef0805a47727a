// Carries a call out the way its fault wants it: in silence, cut off, late, ended or failed, before or after its effect.
import type { Fault } from '../cluster/faults.ts';
import type { JournalEntry } from '../cluster/journal.ts';
import { failures, type Failure } from '../protocol/failures.ts';

/** How a call can be answered, apart from the way it should be. */
export interface Exchange {
  readonly entry: JournalEntry;
  fail(failure: Failure): void;
  /** Ends the call with OK and no answer. */
  end(): void;
  /** Cuts the connection. */
  drop(): void;
}

export function carryOut<T>(
  fault: Fault | undefined,
  exchange: Exchange,
  effect: () => T | Promise<T>,
  answer: (result: T) => void,
): void {
  const finish = (result: T) => {
    answer(result);
    exchange.entry.end('answered');
  };
  if (fault) return void carryOutWith(fault, exchange, effect, finish);
  const result = effect();
  if (result instanceof Promise) void result.then(finish);
  else finish(result);
}

async function carryOutWith<T>(
  fault: Fault,
  exchange: Exchange,
  effect: () => T | Promise<T>,
  finish: (result: T) => void,
): Promise<void> {
  if (fault.request.moment === 'after') {
    const result = await effect();
    if (await befall(fault, exchange)) finish(result);
  } else if (await befall(fault, exchange)) {
    finish(await effect());
  }
}

/** Lets the fault strike; true when the call goes on afterwards. */
export async function befall(fault: Fault, exchange: Exchange): Promise<boolean> {
  switch (fault.request.behaviour) {
    case 'silence':
      return false;
    case 'drop':
      exchange.drop();
      return false;
    case 'end':
      exchange.end();
      exchange.entry.end('failed');
      return false;
    case 'fail':
      exchange.fail(fault.request.failure ?? failures.unknown());
      exchange.entry.end('failed');
      return false;
    case 'hold':
      await fault.released;
      return true;
    case 'duplicate':
    case 'checkpoints':
      return true;
  }
}
