// The figures of the ledger as a small table.
import type { Catalogue } from '#libs/communities';
import type { Tally } from '#libs/requests';
import Table from 'cli-table3';

export interface FiguresToShow {
  readonly title: string;
  readonly tally: Tally;
  readonly byCategory: readonly (Tally & { readonly key: string })[];
}

export function figuresTable({ title, tally, byCategory }: FiguresToShow, catalogue: Catalogue): string {
  const table = new Table({
    head: [
      title,
      '接待\nraised',
      '办结\nresolved',
      '跟进\nfollow-up',
      '在办\nopen',
      '解决率\nrate',
      '不计跟进\nwithout\nfollow-ups',
    ],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  const line = (name: string, of: Tally) => [
    name,
    of.raised,
    of.resolved,
    of.inFollowUp,
    of.open,
    percent(of.resolved, of.raised),
    percent(of.resolved, of.raised - of.inFollowUp),
  ];
  table.push(line('all 合计', tally));
  for (const slice of byCategory) {
    const entry = catalogue.entry(slice.key);
    table.push(line(entry ? `${entry.name} ${entry.englishName ?? ''}`.trim() : slice.key, slice));
  }
  return table.toString();
}

function percent(numerator: number, denominator: number): string {
  return denominator === 0 ? '–' : `${((100 * numerator) / denominator).toFixed(1)} %`;
}
