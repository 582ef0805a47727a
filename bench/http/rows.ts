/** The twelve fields of a ledger row that the list asks for. */
export const ROW_FIELDS = {
  id: 'ID',
  communityId: 'ID',
  revision: 'Int',
  channel: 'String',
  category: 'String',
  building: 'String',
  status: 'String',
  ledgerNumber: 'String',
  reportedAt: 'String',
  dueAt: 'String',
  dispatchedAt: 'String',
  acceptedAt: 'String',
} as const;

export function rowNumber(index: number): Record<keyof typeof ROW_FIELDS, string | number | null> {
  return {
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    communityId: '00000000-0000-4000-8000-000000000000',
    revision: 0,
    channel: 'PHONE',
    category: 'SANITATION',
    building: '11门',
    status: 'RAISED',
    ledgerNumber: null,
    reportedAt: '2026-03-01T09:30:00.000Z',
    dueAt: '2026-03-08T09:30:00.000Z',
    dispatchedAt: null,
    acceptedAt: null,
  };
}
