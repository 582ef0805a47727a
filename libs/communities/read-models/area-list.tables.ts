// The tables behind areas and communities.
import { counterTable, rowTable } from '#libs/projections';
import type { AreaLevel } from '../domain/area.events.ts';

// Type aliases, not interfaces: only those count as rows of named columns.
export type AreaRow = {
  readonly areaId: string;
  readonly level: AreaLevel;
  readonly parentId: string | null;
  readonly name: string;
  /** Null, like the two below, until the community has its own: the standard one holds. */
  readonly catalogueVersion: number | null;
  /** `CatalogueEntry[]` as JSON; read and replaced whole. */
  readonly catalogue: string | null;
  /** `Policy` as JSON. */
  readonly policy: string | null;
  readonly revision: number;
};

export const areaList = rowTable<AreaRow>({
  name: 'areaList',
  columns: {
    areaId: { type: 'text' },
    level: { type: 'text' },
    parentId: { type: 'text', nullable: true },
    name: { type: 'text' },
    catalogueVersion: { type: 'integer', nullable: true },
    catalogue: { type: 'text', nullable: true },
    policy: { type: 'text', nullable: true },
    revision: { type: 'integer' },
  },
  key: ['areaId'],
  indexes: [
    ['parentId', 'name', 'areaId'],
    ['level', 'name', 'areaId'],
  ],
});

/** How many areas there are of each level. */
export type AreaCount = {
  readonly level: AreaLevel;
  readonly areas: number;
};

export const areaCount = counterTable<AreaCount>({
  name: 'areaCount',
  columns: { level: { type: 'text' }, areas: { type: 'integer' } },
  key: ['level'],
});
