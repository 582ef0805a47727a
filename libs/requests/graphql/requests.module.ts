// The scope's wiring. The composition root provides, globally: RequestDesk, FollowedOrders, RATE_LIMITS, CommandContexts, PersonalDataVault,
// SubscriptionHub, READ_MODELS, PROJECTIONS, CLOCK and the CqrsModule.
import { Module } from '@nestjs/common';
import { OrderOnRequestHandler, RaiseRequestHandler } from '../application/request.handlers.ts';
import './error-codes.ts';
import { OrderResolver } from './order.resolver.ts';
import { RequestMutations } from './request.mutations.ts';
import { RequestResolver } from './request.resolver.ts';
import { RequestSubscriptions } from './request.subscriptions.ts';
import { ResolutionResolver } from './resolution.resolver.ts';
import { TaskMutations } from './task.mutations.ts';
import { TaskResolver } from './task.resolver.ts';

@Module({
  providers: [
    RaiseRequestHandler,
    OrderOnRequestHandler,
    OrderResolver,
    RequestMutations,
    RequestResolver,
    RequestSubscriptions,
    ResolutionResolver,
    TaskMutations,
    TaskResolver,
  ],
})
export class RequestsModule {}
