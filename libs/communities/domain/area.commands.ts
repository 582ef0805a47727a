// What may be asked of an area. Times, ids and what is known of the parent arrive here.
import type { Instant } from '#libs/kernel';
import type { AreaLevel } from './area.events.ts';
import type { CatalogueEntry, Policy } from './catalogue.ts';

interface Order<Type extends string> {
  readonly type: Type;
  /** When it happened. */
  readonly at: Instant;
  /** When we learnt it; `at` is never after it. */
  readonly now: Instant;
}

export interface AddArea extends Order<'AddArea'> {
  readonly areaId: string;
  readonly level: AreaLevel;
  readonly name: string;
  readonly parentId: string | null;
  /** The parent's level as its own stream says; undefined when there is no such area. */
  readonly parentLevel: AreaLevel | undefined;
}
export interface RenameArea extends Order<'RenameArea'> {
  readonly name: string;
}
export interface PublishCatalogue extends Order<'PublishCatalogue'> {
  readonly entries: readonly CatalogueEntry[];
}
/** Absent fields stay as they are. */
export interface SetPolicy extends Order<'SetPolicy'> {
  readonly changes: { readonly [K in keyof Policy]?: Policy[K] | undefined };
}

export type AreaCommand = AddArea | RenameArea | PublishCatalogue | SetPolicy;
