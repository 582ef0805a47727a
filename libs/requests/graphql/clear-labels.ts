// Labels that are kept in clear, as they come in.
import { ValidateBy } from 'class-validator';
import { isBuilding, isLedgerNumber } from '../domain/clear-labels.ts';

export const BUILDING_TEXT =
  'Building and door, such as 11门, without flat or name. Not encrypted, and shown to volunteers.';

export const Building = () =>
  label(isBuilding, 'must be a building or door, such as 11门, 3号楼2单元 or B-4, and nothing else');

export const LedgerNumber = () =>
  label(isLedgerNumber, 'must be a number of the ledger, such as 7, A-001 or 2024/118号, and nothing else');

function label(isLabel: (text: string) => boolean, message: string): PropertyDecorator {
  const validate = (value: unknown) => typeof value === 'string' && isLabel(value);
  return ValidateBy({ name: 'label', validator: { validate } }, { message });
}
