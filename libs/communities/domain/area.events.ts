// What can have happened to an area. Names of areas are public, so nothing here is personal data.
import type { Instant } from '#libs/kernel';
import type { CatalogueEntry, Policy } from './catalogue.ts';

/** From the widest to the narrowest; every level's parent is of the level before it. */
export const AREA_LEVELS = ['DISTRICT', 'STREET', 'COMMUNITY'] as const;
export type AreaLevel = (typeof AREA_LEVELS)[number];

interface Fact<Type extends string, Data extends object> {
  readonly type: Type;
  readonly data: Data & {
    readonly areaId: string;
    /** When it happened; the same as the metadata's, here because the catalogue in force is found by it. */
    readonly at: Instant;
  };
}

export type AreaAdded = Fact<
  'AreaAdded',
  { readonly level: AreaLevel; readonly parentId: string | null; readonly name: string }
>;
export type AreaRenamed = Fact<'AreaRenamed', { readonly name: string }>;
export type CataloguePublished = Fact<
  'CataloguePublished',
  { readonly catalogueVersion: number; readonly entries: readonly CatalogueEntry[] }
>;
/** The whole policy, so that a changed default never changes what a community has set. */
export type PolicySet = Fact<'PolicySet', { readonly policy: Policy }>;

export type AreaEvent = AreaAdded | AreaRenamed | CataloguePublished | PolicySet;
