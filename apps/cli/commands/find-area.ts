// Finds the area an operator names, by id or by name.
import type { AreaRow, AreaTables } from '#libs/communities';
import { InvalidInput } from '#libs/kernel';
import type { Workplace } from './workplace.ts';
import { catchUp, viewsOf } from './workplace.ts';

const MOST_NAMED = 20;

/** All areas by name, as of the log's end. */
export async function allAreas(place: Workplace): Promise<AreaRow[]> {
  await catchUp(place);
  const tables = viewsOf<AreaTables>(place.foundation);
  return tables.selectFrom('areaList').selectAll().orderBy('name').orderBy('areaId').execute();
}

/** @throws InvalidInput when there is none or several */
export async function findArea(place: Workplace, option: string): Promise<AreaRow> {
  return theOne(await allAreas(place), option, 'area');
}

/**
 * The community an option names; the only one there is when the option is left out.
 *
 * @throws InvalidInput when there is none, or the name or its absence leaves a choice
 */
export async function findCommunity(place: Workplace, option: string | undefined): Promise<AreaRow> {
  const communities = (await allAreas(place)).filter(({ level }) => level === 'COMMUNITY');
  if (communities.length === 0)
    throw new InvalidInput('There is no community yet: run the demo, or add one with “areas add”.');
  if (option !== undefined) return theOne(communities, option, 'community');
  const [only, ...others] = communities;
  if (only && others.length === 0) return only;
  throw new InvalidInput(`There are several communities: give --community one of ${named(communities)}.`);
}

function theOne(areas: readonly AreaRow[], option: string, kind: string): AreaRow {
  const found = areas.filter(({ areaId, name }) => areaId === option || name === option);
  const [only, ...others] = found;
  if (!only) throw new InvalidInput(`There is no such ${kind}${areas.length > 0 ? `; there is ${named(areas)}` : ''}.`);
  if (others.length === 0) return only;
  throw new InvalidInput(`Several have this name; give the id: ${found.map(({ areaId }) => areaId).join(', ')}.`);
}

function named(areas: readonly AreaRow[]): string {
  const names = areas.slice(0, MOST_NAMED).map(({ name }) => name);
  return areas.length > MOST_NAMED ? `${names.join(', ')}, …` : names.join(', ');
}
