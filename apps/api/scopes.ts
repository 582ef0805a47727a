// The scopes that are served, each with its resolvers and command handlers.
import type { Type } from '@nestjs/common';
import { CommunitiesModule } from '#libs/communities/graphql';
import { DisclosuresModule } from '#libs/disclosures/graphql';
import { ErasuresModule } from '#libs/erasures/graphql';
import { IdentityModule } from '#libs/identity/graphql';
import { RequestsModule } from '#libs/requests/graphql';
import { VolunteersModule } from '#libs/volunteers/graphql';

export const SCOPES: readonly Type[] = [
  IdentityModule,
  CommunitiesModule,
  VolunteersModule,
  RequestsModule,
  DisclosuresModule,
  ErasuresModule,
];
