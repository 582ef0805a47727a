// Which areas lie within which, for deciding who may see what. It follows the log itself: complete once started, and
// brought up to date at every wake-up and whenever it is asked about an area it does not know.
import type { EventStore, RecordedEvent } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { isKnownFailure, START_OF_LOG } from '#libs/kernel';
import type { AreaEvent, AreaLevel } from '../domain/area.events.ts';
import { areaCodec } from '../codec/area.codec.ts';

type AreaAddedData = Extract<AreaEvent, { type: 'AreaAdded' }>['data'];

export class AreaTree {
  /** The types it reads from the log, all of it at every start: a store that finds them by an index makes that quick. */
  static readonly types = ['AreaAdded'] as const satisfies AreaEvent['type'][];

  readonly #store: EventStore;
  readonly #areas = new Map<string, { readonly level: AreaLevel; readonly parentId: string | null }>();
  readonly #children = new Map<string, string[]>();
  readonly #stopping = new AbortController();
  #after: Position = START_OF_LOG;
  #catchingUp: Promise<void> | undefined;
  #following: Promise<void> | undefined;

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** Resolves once every area recorded so far is known, then keeps following. */
  async start(): Promise<void> {
    await this.catchUp();
    this.#following ??= this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#following;
  }

  /** Resolves once every area that was recorded before the call is known: for a command that has just added one. */
  async catchUp(): Promise<void> {
    await this.#catchingUp;
    this.#catchingUp ??= this.#readOn().finally(() => {
      this.#catchingUp = undefined;
    });
    return this.#catchingUp;
  }

  levelOf(areaId: string): AreaLevel | undefined {
    return this.#areas.get(areaId)?.level;
  }

  /** True for the area itself and everything below it; false when either is unknown, which then is looked for. */
  isWithin(areaId: string, ancestorId: string): boolean {
    if (!this.#areas.has(areaId)) this.#catchUpSoon();
    for (let at: string | null = areaId; at !== null; at = this.#areas.get(at)?.parentId ?? null) {
      if (at === ancestorId) return this.#areas.has(at);
    }
    return false;
  }

  /** The communities in an area (itself, when it is one), in the order they were added. */
  communitiesWithin(areaId: string): readonly string[] {
    const level = this.levelOf(areaId);
    if (level === undefined) this.#catchUpSoon();
    if (level === 'COMMUNITY') return [areaId];
    return (this.#children.get(areaId) ?? []).flatMap((child) => this.communitiesWithin(child));
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const page = await this.#store.readAll({
        after: this.#after,
        types: AreaTree.types,
        signal: this.#stopping.signal,
      });
      for (const recorded of page.events) this.#take(recorded);
      this.#after = page.next;
      if (page.next >= page.head) return;
    }
  }

  /** What cannot be read adds no area; the read model of areas pauses at it and says so. */
  #take(recorded: RecordedEvent): void {
    try {
      const { data } = areaCodec.decode(recorded);
      if ('areaId' in data && typeof data.areaId === 'string') this.#add(data as AreaAddedData);
    } catch (error) {
      if (!isKnownFailure(error)) throw error;
    }
  }

  #add({ areaId, level, parentId }: AreaAddedData): void {
    if (this.#areas.has(areaId)) return;
    this.#areas.set(areaId, { level, parentId });
    if (parentId === null) return;
    const siblings = this.#children.get(parentId);
    if (siblings) siblings.push(areaId);
    else this.#children.set(parentId, [areaId]);
  }

  async #follow(): Promise<void> {
    for await (const _ of this.#store.wakeups(this.#stopping.signal)) await this.#tryToCatchUp();
  }

  #catchUpSoon(): void {
    if (!this.#catchingUp && !this.#stopping.signal.aborted) void this.#tryToCatchUp();
  }

  /** A store that cannot be read now leaves the tree as it was; the next wake-up or question tries again. */
  async #tryToCatchUp(): Promise<void> {
    await this.catchUp().catch(() => undefined);
  }
}
