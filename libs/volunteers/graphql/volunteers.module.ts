// The scope's wiring. The composition root provides, globally: VolunteerDesk, CommandContexts, PersonalDataVault,
// READ_MODELS, PROJECTIONS and the CqrsModule.
import { Module } from '@nestjs/common';
import { OrderOnVolunteerHandler, RegisterVolunteerHandler } from '../application/volunteer.handlers.ts';
import './error-codes.ts';
import { VolunteerMutations } from './volunteer.mutations.ts';
import { VolunteerResolver } from './volunteer.resolver.ts';

@Module({ providers: [RegisterVolunteerHandler, OrderOnVolunteerHandler, VolunteerMutations, VolunteerResolver] })
export class VolunteersModule {}
