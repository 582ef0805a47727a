// What the office does with volunteers and volunteers say of themselves; each answers with the row at its new revision.
import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { Viewer } from '#libs/graphql-kit';
import { Access, CommandContexts, GraphQLContext, roles, signedIn } from '#libs/graphql-kit';
import { NotPermitted } from '#libs/kernel';
import { foldRow } from '#libs/projections';
import type { VolunteerAdmission, VolunteerOrder, VolunteerOutcome } from '../application/volunteer.desk.ts';
import { OrderOnVolunteer, RegisterVolunteer } from '../application/volunteer.orders.ts';
import { volunteerListProjection } from '../read-models/volunteer-list.projection.ts';
import { volunteerList } from '../read-models/volunteer-list.tables.ts';
import {
  CorrectVolunteerContactInput,
  RegisterVolunteerInput,
  SetDutyInput,
  SetVolunteerSkillsInput,
  SuspendVolunteerInput,
  VolunteerInput,
} from './volunteer.inputs.ts';
import { VolunteerPayload } from './volunteer.types.ts';

const OFFICE = ['OFFICE'] as const;
/** Who may ask to become a volunteer of their own community. */
const MAY_VOLUNTEER = ['RESIDENT', 'VOLUNTEER'] as const;

@Resolver()
export class VolunteerMutations {
  readonly #bus: CommandBus;
  readonly #contexts: CommandContexts;

  constructor(@Inject(CommandBus) bus: CommandBus, @Inject(CommandContexts) contexts: CommandContexts) {
    this.#bus = bus;
    this.#contexts = contexts;
  }

  @Mutation(() => VolunteerPayload, { description: 'Registers a volunteer, by the office or by themselves.' })
  @Access(roles(...OFFICE, ...MAY_VOLUNTEER))
  async registerVolunteer(@Args('input') input: RegisterVolunteerInput, @Context() graphql: GraphQLContext) {
    const viewer = graphql.requireViewer();
    const { communityId, name, phone, skills, occurredAt } = input;
    const registeredBy = viewer.may(OFFICE, communityId) ? 'OFFICE' : 'SELF';
    if (registeredBy === 'SELF' && !viewer.may(MAY_VOLUNTEER, communityId)) {
      throw new NotPermitted('This community is not yours.');
    }
    const details = { communityId, name, phone: phone ?? null, skills, registeredBy } as const;
    const context = this.#contexts.of(viewer, 'RegisterVolunteer', input, { communityId, occurredAt });
    return payloadOf(await this.#bus.execute(new RegisterVolunteer(details, context)));
  }

  @Mutation(() => VolunteerPayload, { description: 'The office has checked who they are: they may take tasks.' })
  @Access(roles(...OFFICE))
  verifyVolunteer(@Args('input') input: VolunteerInput, @Context() graphql: GraphQLContext) {
    return this.#order(graphql, input, { type: 'VerifyVolunteer' }, byOffice);
  }

  @Mutation(() => VolunteerPayload, { description: 'Sets all skills of a volunteer.' })
  @Access(roles(...OFFICE))
  setVolunteerSkills(@Args('input') input: SetVolunteerSkillsInput, @Context() graphql: GraphQLContext) {
    return this.#order(graphql, input, { type: 'SetVolunteerSkills', skills: input.skills }, byOffice);
  }

  @Mutation(() => VolunteerPayload, { description: 'Goes on or off duty: said by the volunteer or the office.' })
  @Access(signedIn)
  setDuty(@Args('input') input: SetDutyInput, @Context() graphql: GraphQLContext) {
    return this.#order(graphql, input, { type: 'SetDuty', onDuty: input.onDuty }, byOfficeOrSelf);
  }

  @Mutation(() => VolunteerPayload, {
    description:
      'Keeps a volunteer from taking tasks and from how to reach residents, for a time or until reinstated; what they hold stays theirs.',
  })
  @Access(roles(...OFFICE))
  suspendVolunteer(@Args('input') input: SuspendVolunteerInput, @Context() graphql: GraphQLContext) {
    const { reason, until } = input;
    return this.#order(graphql, input, { type: 'SuspendVolunteer', reason, until: until ?? null }, byOffice);
  }

  @Mutation(() => VolunteerPayload, { description: 'Ends a suspension.' })
  @Access(roles(...OFFICE))
  reinstateVolunteer(@Args('input') input: VolunteerInput, @Context() graphql: GraphQLContext) {
    return this.#order(graphql, input, { type: 'ReinstateVolunteer' }, byOffice);
  }

  @Mutation(() => VolunteerPayload, { description: 'Corrects a name or telephone, by the office or by themselves.' })
  @Access(signedIn)
  correctVolunteerContact(@Args('input') input: CorrectVolunteerContactInput, @Context() graphql: GraphQLContext) {
    const { name, phone } = input;
    const order = { type: 'CorrectVolunteerContact', name: name ?? undefined, phone } as const;
    return this.#order(graphql, input, order, byOfficeOrSelf);
  }

  async #order(
    graphql: GraphQLContext,
    input: VolunteerInput,
    order: VolunteerOrder,
    admissionOf: (viewer: Viewer) => VolunteerAdmission,
  ): Promise<VolunteerPayload> {
    const viewer = graphql.requireViewer();
    const context = this.#contexts.of(viewer, order.type, input, { occurredAt: input.occurredAt });
    return payloadOf(
      await this.#bus.execute(new OrderOnVolunteer(input.volunteerId, order, admissionOf(viewer), context)),
    );
  }
}

function byOffice(viewer: Viewer): VolunteerAdmission {
  return ({ communityId }) => viewer.may(OFFICE, communityId);
}

function byOfficeOrSelf(viewer: Viewer): VolunteerAdmission {
  return ({ communityId, volunteerId }) => viewer.volunteerId === volunteerId || viewer.may(OFFICE, communityId);
}

function payloadOf({ events, position }: VolunteerOutcome): VolunteerPayload {
  const volunteer = foldRow(volunteerListProjection, volunteerList, events, events[0]?.data.volunteerId ?? '');
  if (!volunteer) throw new Error('A volunteer without a first event');
  return { volunteer, position };
}
