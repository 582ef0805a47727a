// Ids and contexts of an import's commands. They follow from community, row number and step alone, so an import that
// was interrupted goes on where it stopped, and one that is repeated appends nothing.
import type { Foundation } from '#apps/foundation';
import { deterministicId } from '#libs/event-store';
import type { CommandContext, Instant, JsonObject } from '#libs/kernel';
import { numberedRequestId } from '#libs/requests';
import { newVolunteerId } from '#libs/volunteers';
import type { LedgerRow } from './ledger-row.ts';

const OPERATOR = { accountId: 'system', role: 'SYSTEM' } as const;

export type VolunteerStep = 'register' | 'duty' | 'verify';

export class LedgerNames {
  readonly #vault: Foundation['vault'];
  readonly #communityId: string;
  readonly #recordedAt: Instant;

  constructor({ vault, clock }: Foundation, communityId: string) {
    this.#vault = vault;
    this.#communityId = communityId;
    this.#recordedAt = clock.now();
  }

  requestIdOf({ number }: LedgerRow): string {
    return numberedRequestId(this.#communityId, number);
  }

  volunteerIdOf(name: string): string {
    return newVolunteerId(this.volunteerContext(name, 'register', this.#recordedAt).commandId);
  }

  /** The context's hash covers everything the row says, so a row that was changed since is noticed. */
  contextOf(row: LedgerRow, step: string, at: Instant): CommandContext {
    const { row: _, ...content } = row;
    return this.#context(this.#commandId(row.number, step), { step, content }, at);
  }

  /** Names are personal data, so ids are made from their keyed hash. */
  volunteerContext(name: string, step: VolunteerStep, at: Instant): CommandContext {
    const person = this.#vault.fingerprint({ name });
    return this.#context(this.#commandId(person, `volunteer ${step}`), { step, person }, at);
  }

  #context(commandId: string, payload: JsonObject, occurredAt: Instant): CommandContext {
    const commandHash = this.#vault.fingerprint(payload);
    return { commandId, commandHash, actor: OPERATOR, occurredAt, recordedAt: this.#recordedAt };
  }

  #commandId(subject: string, step: string): string {
    return deterministicId('ledger', this.#communityId, subject, step);
  }
}
