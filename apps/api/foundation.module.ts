// Hands the foundation and the application services to every scope's resolvers and handlers.
import type { DynamicModule, InjectionToken } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Foundation, Services } from '#apps/foundation';
import { AreaDesk, AreaTree } from '#libs/communities';
import { ErasureDesk } from '#libs/erasures';
import {
  CLOCK,
  CommandContexts,
  PersonalTexts,
  PROJECTIONS,
  RATE_LIMITS,
  READ_MODELS,
  SubscriptionHub,
  UNUSUAL_READING,
} from '#libs/graphql-kit';
import { AccountDesk, PasswordDesk, SessionDesk, SignIn, ViewerLookup } from '#libs/identity';
import { PersonalDataVault } from '#libs/privacy';
import { FollowedOrders, RequestDesk } from '#libs/requests';
import { VolunteerDesk } from '#libs/volunteers';

@Module({})
export class FoundationModule {
  static of(foundation: Foundation, services: Services, hub: SubscriptionHub): DynamicModule {
    const values = new Map<InjectionToken, unknown>([
      [CLOCK, foundation.clock],
      [READ_MODELS, foundation.readModels.query],
      [PROJECTIONS, foundation.gate],
      [RATE_LIMITS, foundation.rateLimits],
      [UNUSUAL_READING, foundation.settings.unusualReading],
      [PersonalDataVault, foundation.vault],
      [PersonalTexts, services.texts],
      [CommandContexts, foundation.contexts],
      [SubscriptionHub, hub],
      [AreaTree, services.areas],
      [AreaDesk, services.areaDesk],
      [AccountDesk, services.accountDesk],
      [PasswordDesk, services.passwordDesk],
      [SessionDesk, services.sessionDesk],
      [SignIn, services.signIn],
      [ViewerLookup, services.viewers],
      [VolunteerDesk, services.volunteerDesk],
      [RequestDesk, services.requestDesk],
      [FollowedOrders, services.followedOrders],
      [ErasureDesk, services.erasing.erasureDesk],
    ]);
    const providers = [...values].map(([provide, useValue]) => ({ provide, useValue }));
    return {
      module: FoundationModule,
      global: true,
      imports: [CqrsModule.forRoot()],
      providers,
      exports: [CqrsModule, ...values.keys()],
    };
  }
}
