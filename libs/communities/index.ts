// One tree of areas, and what each community promises: its catalogue and its policy.
export { areaAggregate } from './application/area.aggregate.ts';
export { AreaDesk, newAreaId } from './application/area.desk.ts';
export { AreaTree } from './application/area-tree.ts';
export { Catalogues } from './application/catalogues.ts';
export type { Catalogue } from './application/catalogues.ts';
export { DEFAULT_POLICY } from './domain/catalogue.ts';
export { isCode } from './domain/catalogue-rules.ts';
export { STANDARD_CATALOGUE } from './domain/standard-catalogue.ts';
export { areaListProjection } from './read-models/area-list.projection.ts';
export type { AreaTables } from './read-models/area-list.query.ts';
export { areaList } from './read-models/area-list.tables.ts';
export type { AreaRow } from './read-models/area-list.tables.ts';
