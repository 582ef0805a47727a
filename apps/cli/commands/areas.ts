// `areas`: the tree of districts, streets and communities. A new house begins here, since only who has an account in an
// area may add another one through the API.
import { InvalidInput } from '#libs/kernel';
import { newAreaId } from '#libs/communities';
import type { AreaRow } from '#libs/communities';
import type { Settings } from '#libs/platform';
import Table from 'cli-table3';
import { say } from '../terminal/speech.ts';
import { allAreas, findArea } from './find-area.ts';
import { operatorContext, withWorkplace } from './workplace.ts';

export const AREA_LEVELS = ['district', 'street', 'community'] as const;
type Level = Uppercase<(typeof AREA_LEVELS)[number]>;

export function listAreas(settings: Settings): Promise<number> {
  return withWorkplace(settings, async (place) => {
    const areas = await allAreas(place);
    const table = new Table({ head: ['name', 'level', 'in', 'id'], style: { head: [], border: [], compact: true } });
    const nameOf = (id: string | null) => areas.find(({ areaId }) => areaId === id)?.name ?? '';
    for (const { name, level, parentId, areaId } of areas) table.push([name, level, nameOf(parentId), areaId]);
    say(table.toString());
    return 0;
  });
}

export function addArea(settings: Settings, name: string, of: { level: string; in?: string }): Promise<number> {
  return withWorkplace(settings, async (place) => {
    const parent = of.in === undefined ? null : await findArea(place, of.in);
    const twin = (await allAreas(place)).some((area) => area.name === name && isIn(area, parent));
    if (twin) throw new InvalidInput('There is an area of this name here already.');
    const area = { level: of.level.toUpperCase() as Level, name, parentId: parent?.areaId ?? null };
    const context = operatorContext(place.foundation, { ...area });
    await place.services.areaDesk.add(area, context);
    say(`Added. Id: ${newAreaId(context.commandId)}`);
    return 0;
  });
}

function isIn({ parentId }: AreaRow, parent: AreaRow | null): boolean {
  return parentId === (parent?.areaId ?? null);
}
