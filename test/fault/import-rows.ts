// The rows of the ledger that killed processes import, and the events each must become.
import type { RecordedEvent } from '#libs/event-store';
import type { Cells } from '../../apps/cli/testing/ledger-files.ts';
import { RAISED } from '../../apps/cli/testing/ledger-files.ts';

/** Kinds of rows, and the events each becomes, command by command. */
const KINDS: readonly { readonly cells: Cells; readonly commands: readonly (readonly string[])[] }[] = [
  kind({}, ['TaskAccepted'], ['DoneReported'], ['ResolutionConfirmed'], ['CallBackRecorded']),
  kind({ callBack: '' }, ['TaskAccepted'], ['DoneReported'], ['ResolutionConfirmed']),
  kind({ status: '待确认', callBack: '' }, ['TaskAccepted'], ['DoneReported']),
  kind({ status: '撤回', resolvedAt: '', callBack: '' }, ['TaskAccepted'], ['RequestWithdrawn']),
  kind({ ...RAISED, dispatchedAt: '2024-07-09 05:43', status: '已派单' }),
  kind({ ...unhandled(), status: '长期跟进', reviewOn: '2030-01-01' }, ['OfferRecalled', 'PlacedInFollowUp']),
  kind({ ...unhandled(), status: '不予受理' }, ['OfferRecalled', 'RequestDeclined']),
  { cells: RAISED, commands: [['RequestRaised']] },
];

function kind(cells: Cells, ...commands: string[][]) {
  return { cells, commands: [['RequestRaised'], ['RequestDispatched'], ...commands] };
}

function unhandled(): Cells {
  return { ...RAISED, dispatchedAt: '2024-07-09 05:43', result: '待议' };
}

/** The cells of the row at an index. */
export function cellsOf(index: number): Cells {
  const { cells } = kindOf(index);
  return cells.volunteer === '' ? cells : { ...cells, volunteer: `志愿者${String(index % 23)}` };
}

export function numberOf(raised: RecordedEvent | undefined): string {
  const number = raised?.data['ledgerNumber'];
  return typeof number === 'string' ? number : 'none';
}

function kindOf(index: number) {
  const found = KINDS[index % KINDS.length];
  if (!found) throw new Error('There are kinds.');
  return found;
}

/** Whether the events are whole commands of the row's life from its beginning on, and all of them. */
export function standingOf(number: string, events: readonly RecordedEvent[]): { legal: boolean; whole: boolean } {
  const { commands } = kindOf(Number(number) - 1);
  const types = events.map(({ type }) => type).join();
  const beginnings = commands.map((_, last) =>
    commands
      .slice(0, last + 1)
      .flat()
      .join(),
  );
  const inOrder = events.every(({ revision }, index) => revision === index);
  return { legal: inOrder && beginnings.includes(types), whole: types === beginnings.at(-1) };
}
