// Everybody a request meets in its life, each with an account of their own, signed in.
import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import type { Api } from './api.ts';
import { readLog } from './log.ts';
import type { Json } from './person.ts';
import { Person } from './person.ts';
import type { World } from './world.ts';
import { makeWorld } from './world.ts';

/** What no one sees who has no right to it; each is found by searching an answer's text. */
export const REPORTER = { name: 'canary-name 刘', phone: '13900004242', address: 'canary-address 11-402' } as const;
export const MATTER = 'canary-matter: the lamp is broken';

const BY_TIMERS = new Set([
  ...['OfferExpired', 'UnusualReadingNoticed'],
  ...['ErasureHeld', 'ErasureBegun', 'PersonKeyDestroyed', 'PersonErased'],
]);

export class Neighbourhood {
  readonly api: Api;
  readonly world: World;
  readonly office: Person;
  /** Of the same office. */
  readonly deputy: Person;
  readonly volunteer: Person;
  readonly otherVolunteer: Person;
  readonly supervisor: Person;
  readonly auditor: Person;
  readonly resident: Person;
  readonly administrator: Person;
  readonly otherOffice: Person;

  private constructor(api: Api, world: World, people: readonly Person[]) {
    const [office, volunteer, otherVolunteer, supervisor, auditor, resident, administrator, otherOffice, deputy] =
      people;
    this.api = api;
    this.world = world;
    this.office = office!;
    this.volunteer = volunteer!;
    this.otherVolunteer = otherVolunteer!;
    this.supervisor = supervisor!;
    this.auditor = auditor!;
    this.resident = resident!;
    this.administrator = administrator!;
    this.otherOffice = otherOffice!;
    this.deputy = deputy!;
  }

  static async at(api: Api): Promise<Neighbourhood> {
    const world = await makeWorld(api);
    const members = await Promise.all([
      world.member('OFFICE'),
      world.volunteer(),
      world.volunteer(),
      world.member('SUPERVISOR', world.districtId),
      world.member('AUDITOR', world.districtId),
      world.member('RESIDENT'),
      world.member('ADMINISTRATOR', world.districtId),
      world.member('OFFICE', world.otherCommunityId),
      world.member('OFFICE'),
    ]);
    return new Neighbourhood(
      api,
      world,
      members.map((member) => new Person(api, member)),
    );
  }

  get communityId(): string {
    return this.world.communityId;
  }

  /** Everyone but the office and the supervisor, who work with reporters. */
  get withoutPersonalData(): readonly Person[] {
    return [this.volunteer, this.otherVolunteer, this.auditor, this.resident, this.administrator, this.otherOffice];
  }

  /** A new request with a reporter; answers it as the office sees it. */
  async raise(over: object = {}): Promise<Json> {
    const { communityId } = this;
    const report = { communityId, channel: 'PHONE', category: 'SANITATION', matter: MATTER, reporter: REPORTER };
    return (await this.office.order('raiseRequest', { ...report, ...over })).request;
  }

  /** The payload of a new request, with its tracking code. */
  async raised(): Promise<Json> {
    const report = { channel: 'PHONE', category: 'SANITATION', matter: MATTER, reporter: REPORTER };
    return this.office.order('raiseRequest', { communityId: this.communityId, ...report });
  }

  /** The same of one that is resolved. */
  async rateable(): Promise<Json> {
    const payload = await this.raised();
    const { id: requestId } = payload.request;
    const plan = { reason: 'R', plan: 'P', reviewOn: '2999-01-01' };
    await this.office.order('placeInFollowUp', { requestId, ...plan });
    await this.office.order('confirmResolution', { requestId, result: 'mended' });
    return payload;
  }

  /** The same, offered; `taskId` is the offer's. */
  async offer(over: object = {}): Promise<Json> {
    const { id } = await this.raise();
    return (await this.office.order('dispatchRequest', { requestId: id, ...over })).request;
  }

  /** The same, accepted by the volunteer. */
  async accepted(by: Person = this.volunteer): Promise<Json> {
    const offered = await this.offer();
    await by.order('acceptTask', { taskId: offered.taskId });
    return offered;
  }

  /** The same, reported done. */
  async done(by: Person = this.volunteer): Promise<Json> {
    const accepted = await this.accepted(by);
    await by.order('reportDone', { taskId: accepted.taskId, result: 'canary-result: mended' });
    return accepted;
  }

  /** The same, confirmed by the office. */
  async resolved(): Promise<Json> {
    const done = await this.done();
    return (await this.office.order('confirmResolution', { requestId: done.id })).request;
  }

  /** Who reported a request, by the id that the record of reads names. */
  async reporterOf(requestId: string): Promise<string> {
    const { state } = await this.api.application.services.requestDesk.load(requestId);
    return (state as { personId: string }).personId;
  }

  head(): Promise<string> {
    return this.api.application.foundation.store.head();
  }

  /** What has been done since, but for what timers record whenever they come to it. */
  async doneSince(position: string): Promise<readonly string[]> {
    const log = await readLog(this.api.application.foundation.store, position as Position);
    const byTimer = ({ type, metadata }: RecordedEvent) => metadata['actorId'] === 'system' && BY_TIMERS.has(type);
    return log.filter((event) => !byTimer(event)).map(({ type }) => type);
  }
}

export const newId = (): string => randomUUID();
