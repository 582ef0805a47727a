// Areas as a list and what each community promises: the public face of a community. Deadlines of requests are never
// computed from it.
import type { DecodedEvent } from '#libs/event-store';
import type { Projection } from '#libs/projections';
import { areaCodec } from '../codec/area.codec.ts';
import type { AreaEvent } from '../domain/area.events.ts';
import type { AreaRow } from './area-list.tables.ts';
import { areaCount, areaList } from './area-list.tables.ts';

export const areaListProjection: Projection<AreaEvent> = {
  name: 'area-list',
  version: 1,
  tables: [areaList, areaCount],
  codecs: [areaCodec],
  handles: areaCodec.types,
  keys: (event) => [[areaList, event.data.areaId]],

  apply(event, rows) {
    const before = rows.get(areaList, event.data.areaId);
    if (before && event.revision <= before.revision) return;
    if (event.type === 'AreaAdded') rows.add(areaCount, { level: event.data.level, areas: 1 });
    const changed = event.type === 'AreaAdded' ? firstRow(event) : before && after(before, event);
    if (changed) rows.put(areaList, { ...changed, revision: event.revision });
  },
};

function firstRow({ data, revision }: DecodedEvent<Extract<AreaEvent, { type: 'AreaAdded' }>>): AreaRow {
  const { areaId, level, parentId, name } = data;
  return { areaId, level, parentId, name, catalogueVersion: null, catalogue: null, policy: null, revision };
}

function after(row: AreaRow, event: Exclude<AreaEvent, { type: 'AreaAdded' }>): AreaRow {
  switch (event.type) {
    case 'AreaRenamed':
      return { ...row, name: event.data.name };
    case 'CataloguePublished':
      return { ...row, catalogueVersion: event.data.catalogueVersion, catalogue: JSON.stringify(event.data.entries) };
    case 'PolicySet':
      return { ...row, policy: JSON.stringify(event.data.policy) };
  }
}
