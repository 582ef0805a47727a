// A community's office at work on real stores: raises requests, offers them, and knows which slots its volunteers hold.
import { randomUUID } from 'node:crypto';
import { CommunityHouse, contextAt } from '#libs/communities/testing';
import type { CommandContext } from '#libs/kernel';
import { newVolunteerId, TaskSlots, VolunteerDesk } from '#libs/volunteers';
import { RequestDesk } from '../application/request.desk.ts';
import type { Order, RaiseDetails, RequestOutcome } from '../application/request.orders.ts';
import { standingTaskId } from '../domain/request.state.ts';
import { minute } from './request-examples.ts';

export class RequestOffice {
  readonly house: CommunityHouse;
  readonly desk: RequestDesk;
  readonly slots: TaskSlots;
  readonly volunteers: VolunteerDesk;
  #seconds = 0;

  private constructor(house: CommunityHouse) {
    const { executor, catalogues, store, vault } = house;
    this.house = house;
    this.slots = new TaskSlots(store, vault, catalogues);
    this.desk = new RequestDesk({ executor, catalogues, slots: this.slots, vault });
    this.volunteers = new VolunteerDesk(executor, catalogues);
  }

  static async open(): Promise<RequestOffice> {
    return new RequestOffice(await CommunityHouse.open());
  }

  close(): Promise<void> {
    return this.house.close();
  }

  /** A new command, a second after the last. */
  context(over: Partial<CommandContext> = {}): CommandContext {
    this.#seconds += 1;
    return contextAt(minute(this.#seconds / 60), { commandId: randomUUID(), ...over });
  }

  /** Lets time pass without anything happening. */
  pass(minutes: number): void {
    this.#seconds += minutes * 60;
  }

  details(over: Partial<RaiseDetails> = {}): RaiseDetails {
    const reporter = { name: '王阿姨', phone: '13800000000', address: '11门 302' };
    return {
      ...{ communityId: this.house.communityId, ledgerNumber: null, channel: 'PHONE', category: 'PARKING' },
      ...{ building: '11门', reporter, matter: '车堵了单元门', ...over },
    };
  }

  async raise(over: Partial<RaiseDetails> = {}): Promise<string> {
    const { events } = await this.desk.raise(this.details(over), this.context());
    return events[0]?.stream.slice('request-'.length) ?? '';
  }

  order(requestId: string, order: Order, context = this.context()): Promise<RequestOutcome> {
    return this.desk.order(requestId, order, () => true, context);
  }

  /** Raises a request and offers it to everyone; answers the task's id. */
  async offer(requestId?: string): Promise<{ requestId: string; taskId: string }> {
    const id = requestId ?? (await this.raise());
    const { state } = await this.order(id, { type: 'DispatchRequest', audience: { kind: 'OPEN' }, briefing: null });
    return { requestId: id, taskId: (state.status === 'NONE' ? null : standingTaskId(state)) ?? '' };
  }

  async volunteer(...skills: string[]): Promise<string> {
    const context = this.context();
    const { communityId } = this.house;
    const details = { communityId, name: '李叔', phone: null, skills, registeredBy: 'OFFICE' as const };
    await this.volunteers.register(details, context);
    const volunteerId = newVolunteerId(context.commandId);
    await this.volunteers.order(volunteerId, { type: 'VerifyVolunteer' }, () => true, this.context());
    await this.volunteers.order(volunteerId, { type: 'SetDuty', onDuty: true }, () => true, this.context());
    return volunteerId;
  }

  /** The tasks the volunteer's slots are reserved for. */
  async slotsOf(volunteerId: string): Promise<string[]> {
    return (await this.volunteers.read(volunteerId, () => true)).slots.map(({ taskId }) => taskId);
  }
}
