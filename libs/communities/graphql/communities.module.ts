// The scope's wiring. The composition root provides, globally: AreaDesk, AreaTree, CommandContexts, READ_MODELS,
// PROJECTIONS and the CqrsModule.
import { Module } from '@nestjs/common';
import { AddAreaHandler, OrderOnAreaHandler } from '../application/area.handlers.ts';
import { AreaResolver } from './area.resolver.ts';
import { CommunityResolver } from './community.resolver.ts';
import './error-codes.ts';

@Module({ providers: [AddAreaHandler, OrderOnAreaHandler, AreaResolver, CommunityResolver] })
export class CommunitiesModule {}
