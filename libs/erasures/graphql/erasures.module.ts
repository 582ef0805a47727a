// The scope's wiring. The composition root provides, globally: ErasureDesk, CommandContexts, READ_MODELS, PROJECTIONS.
import { Module } from '@nestjs/common';
import './error-codes.ts';
import { ErasureMutations } from './erasure.mutations.ts';
import { ErasureResolver } from './erasure.resolver.ts';

@Module({ providers: [ErasureMutations, ErasureResolver] })
export class ErasuresModule {}
