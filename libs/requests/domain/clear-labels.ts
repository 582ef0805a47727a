// What is kept in clear beside a person's sealed texts, for figures and lists, and stays when the person is erased: so it is
// of a form that leaves no room for a name or a telephone number. Full-width forms are the same as others.

const BUILDING = /^[\dA-Za-z甲乙丙丁一二三四五六七八九十东西南北中前后号楼栋幢座门单元区弄院层排里巷 #-]{1,16}$/u;
/** The shortest telephone number that reaches one person has seven. */
const MOST_DIGITS = 6;
const DIGITS = /[\d一二三四五六七八九]/gu;

/** A building, unit or door, such as `11门`, `3号院2号楼` or `B-4`. */
export function isBuilding(label: string): boolean {
  const text = label.normalize('NFKC');
  const digits = text.match(DIGITS) ?? [];
  return BUILDING.test(text) && text.trim() !== '' && digits.length <= MOST_DIGITS && !/[A-Za-z]{2}/.test(text);
}

const LEDGER_NUMBER = /^[\dA-Za-z年月日第号字办()/.-]{1,32}$/u;
/** Seven digits and more on end, unless they begin with a day; and a mobile number in groups. */
const TELEPHONE = /(?<!\d)(?!(?:19|20)\d\d[01]\d[0-3]\d)\d{7}|1[3-9]\d\D?\d{4}\D?\d{4}/;

/** A number of the paper ledger, such as `7`, `A-001`, `20240708-1` or `2024/118号`. */
export function isLedgerNumber(label: string): boolean {
  const text = label.normalize('NFKC');
  return LEDGER_NUMBER.test(text) && !TELEPHONE.test(text) && !/[A-Za-z]{4}/.test(text);
}
