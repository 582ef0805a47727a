// Erasures as the office sees them. They name persons by ids only.
import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Access, connectionOf, DateTime, inherited, Position } from '#libs/graphql-kit';
import type { Grounds, Hold, LegalHold, SubjectKind } from '../domain/erasure.events.ts';
import type { ErasureStatus } from '../domain/erasure.state.ts';

export const SubjectKindEnum = {
  REQUEST: 'REQUEST',
  VOLUNTEER: 'VOLUNTEER',
  ACCOUNT: 'ACCOUNT',
} as const satisfies { readonly [K in SubjectKind]: K };

registerEnumType(SubjectKindEnum, {
  name: 'ErasureSubjectKind',
  description: 'Whose data is meant.',
  valuesMap: {
    REQUEST: { description: 'The reporter of a request, with everything said about their matter.' },
    VOLUNTEER: { description: 'A volunteer.' },
    ACCOUNT: { description: 'Whoever signs in with an account; it can be used no more.' },
  },
});

export const GroundsEnum = {
  ASKED_FOR: 'ASKED_FOR',
  NO_LONGER_NEEDED: 'NO_LONGER_NEEDED',
  CONSENT_WITHDRAWN: 'CONSENT_WITHDRAWN',
  UNLAWFUL: 'UNLAWFUL',
  RETENTION: 'RETENTION',
} as const satisfies { readonly [G in Grounds]: G };

registerEnumType(GroundsEnum, {
  name: 'ErasureGrounds',
  description: 'Why data is erased (PIPL art. 47).',
  valuesMap: {
    ASKED_FOR: { description: 'The person asked for it.' },
    NO_LONGER_NEEDED: { description: 'What it was collected for is done, or cannot be done.' },
    CONSENT_WITHDRAWN: { description: 'The person withdrew their consent.' },
    UNLAWFUL: { description: 'It should not have been collected.' },
    RETENTION: { description: 'It was kept as long as the settings say; given by the timer alone.' },
  },
});

export const LegalHoldEnum = {
  LEGAL_DUTY: 'LEGAL_DUTY',
  LEGAL_CLAIM: 'LEGAL_CLAIM',
  INVESTIGATION: 'INVESTIGATION',
  AUDIT: 'AUDIT',
} as const satisfies { readonly [L in LegalHold]: L };

registerEnumType(LegalHoldEnum, {
  name: 'LegalHold',
  description: 'Why data must be kept for now.',
  valuesMap: {
    LEGAL_DUTY: { description: 'A law demands that it is kept.' },
    LEGAL_CLAIM: { description: 'A claim is raised, defended or expected.' },
    INVESTIGATION: { description: 'An authority investigates.' },
    AUDIT: { description: 'An audit is under way.' },
  },
});

export const HoldEnum = {
  REQUEST_OPEN: 'REQUEST_OPEN',
  TASK_OPEN: 'TASK_OPEN',
  LAST_ADMINISTRATOR: 'LAST_ADMINISTRATOR',
  LEGAL_HOLD: 'LEGAL_HOLD',
} as const satisfies { readonly [H in Hold]: H };

registerEnumType(HoldEnum, {
  name: 'ErasureHold',
  description: 'What stood in the way when an erasure was due.',
  valuesMap: {
    REQUEST_OPEN: { description: 'The request was open.' },
    TASK_OPEN: { description: 'The volunteer held a task.' },
    LAST_ADMINISTRATOR: { description: 'Nobody else administered the area.' },
    LEGAL_HOLD: { description: 'A legal hold.' },
  },
});

export const ErasureStatusEnum = {
  NOT_REQUESTED: 'NOT_REQUESTED',
  REQUESTED: 'REQUESTED',
  APPROVED: 'APPROVED',
  CANCELLED: 'CANCELLED',
  BEGUN: 'BEGUN',
  KEY_DESTROYED: 'KEY_DESTROYED',
  ERASED: 'ERASED',
} as const satisfies { readonly [S in ErasureStatus]: S };

registerEnumType(ErasureStatusEnum, {
  name: 'ErasureStatus',
  description: 'Where an erasure stands.',
  valuesMap: {
    NOT_REQUESTED: { description: 'Nobody asked for it; there is, or was, a legal hold.' },
    REQUESTED: { description: 'Waits for a second person.' },
    APPROVED: { description: 'Is carried out at `dueAt`, unless it is cancelled or held.' },
    CANCELLED: { description: 'Was cancelled in time.' },
    BEGUN: {
      description:
        'Is being carried out; only a hold found before the person is added to the list of erasures stops it.',
    },
    KEY_DESTROYED: { description: 'The data can no longer be read; copies are being searched for.' },
    ERASED: { description: 'Done.' },
  },
});

@ObjectType('Erasure', { description: 'The erasure of one person’s data, or a legal hold on it.' })
@Access(inherited)
export class ErasureType {
  @Field(() => ID, { name: 'id', description: 'The person’s id.' })
  personId!: string;

  @Field(() => SubjectKindEnum, { description: 'Whose data it is.' })
  kind!: SubjectKind;

  @Field(() => ID, { description: 'The request, volunteer or account.' })
  subjectId!: string;

  @Field(() => ID, { description: 'The community, or the area that looks after an account.' })
  communityId!: string;

  @Field(() => ErasureStatusEnum, { description: 'Where it stands.' })
  status!: ErasureStatus;

  @Field(() => GroundsEnum, { nullable: true, description: 'Why.' })
  grounds!: Grounds | null;

  @Field(() => LegalHoldEnum, { nullable: true, description: 'The legal hold in force.' })
  legalHold!: LegalHold | null;

  @Field(() => HoldEnum, { nullable: true, description: 'What stood in the way when it was due.' })
  heldBy!: Hold | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was asked for.' })
  requestedAt!: string | null;

  @Field(() => ID, { nullable: true, description: 'The account that asked; `system` for the operator.' })
  requestedBy!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When a second person approved.' })
  approvedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it is carried out; until then it can be cancelled.' })
  dueAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was complete.' })
  erasedAt!: string | null;

  @Field(() => Int, { description: 'Number of its last event, counted from 0; for `expectedRevision`.' })
  revision!: number;
}

export const ErasureConnection = connectionOf(ErasureType, 'Erasure');

@ObjectType({ description: 'A changed erasure.' })
@Access(inherited)
export class ErasurePayload {
  @Field(() => ErasureType, { description: 'The erasure at its new revision.' })
  erasure!: ErasureType;

  @Field(() => Position, { description: 'For `atLeast` of a query that is to see the change.' })
  position!: Position;
}
