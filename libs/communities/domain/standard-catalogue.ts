// The nine categories of the studio's ledger: what is in force in a community until it publishes a catalogue.
import type { CatalogueEntry, Urgency } from './catalogue.ts';
import { DEFAULT_RESOLVE_WITHIN } from './catalogue.ts';

function entry(
  category: string,
  name: string,
  englishName: string,
  urgency: Urgency,
  ...skills: string[]
): CatalogueEntry {
  return { category, name, englishName, urgency, resolveWithin: DEFAULT_RESOLVE_WITHIN[urgency], skills };
}

export const STANDARD_CATALOGUE: readonly CatalogueEntry[] = [
  entry('HOUSE_REPAIR', '房屋修缮', 'House repair', 'COMPLEX', 'REPAIR'),
  entry('CARE_SUPPORT', '助老助残', 'Help for the old and the disabled', 'ORDINARY'),
  entry('STAIRWELL_LIGHTING', '楼道照明', 'Stairwell lighting', 'ORDINARY', 'ELECTRICS'),
  entry('POLICY_ADVICE', '政策咨询', 'Policy advice', 'ORDINARY', 'ADVICE'),
  entry('PARKING', '停车秩序', 'Parking', 'ORDINARY'),
  entry('PLUMBING', '水暖管道', 'Water and heating pipes', 'UTILITIES', 'PLUMBING'),
  entry('PUBLIC_FACILITIES', '公共设施', 'Public facilities', 'ORDINARY', 'REPAIR'),
  entry('SANITATION', '环境卫生', 'Sanitation', 'ORDINARY'),
  entry('NEIGHBOUR_DISPUTES', '邻里纠纷', 'Disputes between neighbours', 'COMPLEX', 'MEDIATION'),
];
