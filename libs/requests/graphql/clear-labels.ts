// What is kept in clear beside a person's sealed texts, for figures and lists: of a form that leaves no room for a name, a
// phone number or a flat's whole address, because erasing the person leaves it.
import { Matches } from 'class-validator';

const BUILDING =
  /^(?=.*\S)(?!.*\d{5})(?!.*[A-Za-z]{2})[\dA-Za-z甲乙丙丁一二三四五六七八九十东西南北中前后号楼栋幢座门单元区弄 #-]{1,16}$/u;
const LEDGER_NUMBER = /^(?!.*\d{9})[\dA-Za-z年月第号()（）/.-]{1,32}$/u;

export const BUILDING_TEXT =
  'Building and door, such as 11门, without flat or name. Not encrypted, and shown to volunteers.';

/** A building, unit or door, such as `11门`, `3号楼2单元` or `B-4`. */
export function Building(): PropertyDecorator {
  return Matches(BUILDING, {
    message: 'must be a building or door, such as 11门, 3号楼2单元 or B-4, and nothing else',
  });
}

/** A number of the paper ledger, such as `7`, `A-001` or `2024/118号`. */
export function LedgerNumber(): PropertyDecorator {
  return Matches(LEDGER_NUMBER, { message: 'must be a number of the ledger, such as 7, A-001 or 2024/118号' });
}
