// The scope's wiring. The composition root provides, globally: RequestDesk, READ_MODELS, PROJECTIONS and
// UNUSUAL_READING.
import { Module } from '@nestjs/common';
import { DisclosureResolver } from './disclosure.resolver.ts';

@Module({ providers: [DisclosureResolver] })
export class DisclosuresModule {}
