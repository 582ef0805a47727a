import type { Aggregate, CurrentStates } from '#libs/commands';
import type { AccountCommand } from '../domain/account.commands.ts';
import type { AccountState } from '../domain/account.decider.ts';
import { accountDecider } from '../domain/account.decider.ts';
import type { AccountEvent } from '../domain/account.events.ts';
import { accountCodec } from '../codec/account.codec.ts';

export const accountAggregate: Aggregate<AccountState, AccountCommand, AccountEvent> = {
  category: 'account',
  decider: accountDecider,
  codec: accountCodec,
};

export type CurrentAccounts = CurrentStates<AccountState, AccountCommand, AccountEvent>;
