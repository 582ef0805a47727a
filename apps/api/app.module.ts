// What Nest puts together: the foundation, the scopes, GraphQL.
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import type { Foundation, Services } from '#apps/foundation';
import type { ReportDefect, SubscriptionHub } from '#libs/graphql-kit';
import { FoundationModule } from './foundation.module.ts';
import { graphqlOptions } from './graphql-options.ts';
import { SCOPES } from './scopes.ts';

export interface AppParts {
  readonly foundation: Foundation;
  readonly services: Services;
  readonly hub: SubscriptionHub;
  readonly report: ReportDefect;
}

@Module({})
export class AppModule {
  static of({ foundation, services, hub, report }: AppParts): DynamicModule {
    const { introspection } = foundation.settings;
    const options = graphqlOptions({ authenticator: services.viewers, introspection, reads: services.reads, report });
    return {
      module: AppModule,
      imports: [
        FoundationModule.of(foundation, services, hub),
        ...SCOPES,
        GraphQLModule.forRoot<ApolloDriverConfig>(options),
      ],
    };
  }
}
