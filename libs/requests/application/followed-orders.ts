// Finds the request a resident follows, by its code and the end of their telephone number. Whatever does not fit, a code
// nobody was given, another number, somebody erased, gets one answer, after one time.
import { createHash, timingSafeEqual } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { LoadedAggregate } from '#libs/commands';
import { NotFound } from '#libs/kernel';
import type { Limiter, RateLimits } from '#libs/platform';
import { Attempts } from '#libs/platform';
import type { PersonalDataVault } from '#libs/privacy';
import { phoneEnding } from '../domain/phone.ts';
import type { RequestEvent } from '../domain/request.events.ts';
import type { KnownRequest, RequestState } from '../domain/request.state.ts';
import { reporterIn } from './findable-reporter.ts';
import type { RequestDesk } from './request.desk.ts';

/** What a resident shows; both as typed. */
export interface OrderKey {
  readonly code: string;
  readonly phoneEnding: string;
}

export interface FollowedOrder {
  readonly requestId: string;
  readonly state: KnownRequest;
  readonly events: LoadedAggregate<RequestState, RequestEvent>['events'];
}

/** No refusal is answered sooner: loading a request and opening a number takes a fraction of it. */
const REFUSED_AFTER_MS = 60;

const MINUTE = 60;
/** A house full of people may share an address. */
const BY_NETWORK = { name: 'orders followed, by address', attempts: 300, seconds: 10 * MINUTE };
/** Four digits would be tried out in ten thousand attempts; so none of them counts as a good one until it was. */
const BY_CODE = { name: 'orders followed in vain, by code', attempts: 10, seconds: 60 * MINUTE };

export class FollowedOrders {
  readonly #desk: RequestDesk;
  readonly #vault: Pick<PersonalDataVault, 'open'>;
  readonly #byNetwork: Limiter;
  readonly #byCode: Attempts;

  constructor(desk: RequestDesk, vault: Pick<PersonalDataVault, 'open'>, limits: RateLimits) {
    this.#desk = desk;
    this.#vault = vault;
    this.#byNetwork = limits.limiter(BY_NETWORK);
    this.#byCode = new Attempts(limits.limiter(BY_CODE), { atOnce: 1, isWrong, startsAnew: true });
  }

  /**
   * @param network where the attempt comes from
   * @throws NotFound, always the same, when code and number do not belong together
   * @throws RateLimited after too many attempts of a network, or with a code, whether or not there is such a code
   */
  async find(key: OrderKey, network: string): Promise<FollowedOrder> {
    await this.#byNetwork.take(network);
    const requestId = this.#desk.codes.requestIdOf(key.code);
    return this.#byCode.run(requestId, () => this.#attempt(requestId, key.phoneEnding));
  }

  async #attempt(requestId: string, typed: string): Promise<FollowedOrder> {
    const begun = performance.now();
    const found = await this.#lookUp(requestId, typed);
    if (found) return found;
    await setTimeout(Math.max(0, begun + REFUSED_AFTER_MS - performance.now()));
    throw new NotFound('There is no order with this code and this telephone number.');
  }

  async #lookUp(requestId: string, typed: string): Promise<FollowedOrder | undefined> {
    const { state, events } = await this.#desk.load(requestId);
    if (state.status === 'NONE') return undefined;
    const phone = reporterIn(events)?.phone ?? null;
    const text = phone === null ? undefined : await this.#vault.open(phone, state.communityId);
    const ending = text === undefined ? undefined : phoneEnding(text);
    return ending !== undefined && isSame(ending, typed.normalize('NFKC').trim())
      ? { requestId, state, events }
      : undefined;
  }
}

function isWrong(error: unknown): boolean {
  return error instanceof NotFound;
}

/** Takes the same time wherever two texts differ. */
function isSame(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
