// Commands and GraphQL fields of accounts. The composition root provides, globally: AccountDesk, PasswordDesk,
// SessionDesk, SignIn, ViewerLookup, VolunteerDesk, CLOCK, READ_MODELS, CommandContexts, PersonalDataVault and the CqrsModule.
import { Module } from '@nestjs/common';
import {
  OpenAccountHandler,
  OpenExternalAccountHandler,
  OrderOnAccountHandler,
} from '../application/account.handlers.ts';
import { AccountAdministrationResolver } from './account-administration.resolver.ts';
import { AccountResolver } from './account.resolver.ts';
import { SessionResolver } from './session.resolver.ts';
import './error-codes.ts';

@Module({
  providers: [
    OpenAccountHandler,
    OpenExternalAccountHandler,
    OrderOnAccountHandler,
    AccountResolver,
    SessionResolver,
    AccountAdministrationResolver,
  ],
})
export class IdentityModule {}
