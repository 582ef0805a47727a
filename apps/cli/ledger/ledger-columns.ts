// The paper ledger's headings and words, and what they are called in code. Import and export share them, so a ledger
// that was exported can be imported.
import type { Channel, RequestStatus, Satisfaction } from '#libs/requests';

export const COLUMNS = {
  number: '序号',
  reportedAt: '反映时间',
  channel: '来源',
  reporterName: '反映人',
  reporterPhone: '联系电话',
  reporterAddress: '地址',
  matter: '反映事项',
  category: '类别',
  dispatchedAt: '派单时间',
  volunteer: '接单志愿者',
  acceptedAt: '接单时间',
  resolvedAt: '办结时间',
  result: '处置结果',
  status: '状态',
  reviewOn: '下次跟进日期',
  callBack: '回访结果',
} as const;

export type ColumnName = keyof typeof COLUMNS;
export type LedgerCells = Readonly<Record<ColumnName, string>>;

export const CHANNEL_WORDS: Readonly<Record<Channel, string>> = {
  PHONE: '来电',
  VISIT: '来访',
  GRID_PATROL: '网格巡查',
  ONLINE: '线上',
  HOTLINE: '热线转办',
};

export const STATUS_WORDS: Readonly<Record<RequestStatus, string>> = {
  RAISED: '待派单',
  OFFERED: '已派单',
  ACCEPTED: '已接单',
  IN_PROGRESS: '处理中',
  DONE: '待确认',
  RESOLVED: '办结',
  FOLLOW_UP: '长期跟进',
  DECLINED: '不予受理',
  WITHDRAWN: '撤回',
};

export const SATISFACTION_WORDS: Readonly<Record<Satisfaction, string>> = {
  SATISFIED: '满意',
  FAIRLY_SATISFIED: '基本满意',
  DISSATISFIED: '不满意',
};

/** The code a word of the ledger stands for. */
export function codeOf<Code extends string>(words: Readonly<Record<Code, string>>, word: string): Code | undefined {
  return (Object.keys(words) as Code[]).find((code) => words[code] === word);
}
