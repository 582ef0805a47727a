// The requests scope as Nest sees it. The composition root provides what it injects.
import { Module } from '@nestjs/common';
import './graphql/error-codes.ts';
import { OrderOnRequestHandler, RaiseRequestHandler } from './application/request.handlers.ts';
import { RequestMutations } from './graphql/request.mutations.ts';
import { RequestResolver } from './graphql/request.resolver.ts';
import { RequestSubscriptions } from './graphql/request.subscriptions.ts';
import { ResolutionResolver } from './graphql/resolution.resolver.ts';
import { TaskMutations } from './graphql/task.mutations.ts';
import { TaskResolver } from './graphql/task.resolver.ts';

@Module({
  providers: [
    RaiseRequestHandler,
    OrderOnRequestHandler,
    RequestResolver,
    RequestMutations,
    TaskResolver,
    TaskMutations,
    ResolutionResolver,
    RequestSubscriptions,
  ],
})
export class RequestsModule {}
