// Commands and GraphQL fields of accounts. The composition root provides, globally: AccountDesk, SignIn, ViewerLookup,
// CommandContexts, PersonalDataVault and the CqrsModule.
import { Module } from '@nestjs/common';
import { OpenAccountHandler, OrderOnAccountHandler } from '../application/account.handlers.ts';
import { AccountAdministrationResolver } from './account-administration.resolver.ts';
import { AccountResolver } from './account.resolver.ts';
import './error-codes.ts';

@Module({
  providers: [OpenAccountHandler, OrderOnAccountHandler, AccountResolver, AccountAdministrationResolver],
})
export class IdentityModule {}
