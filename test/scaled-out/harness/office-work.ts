// An office that never pauses: it raises requests and offers them, and corrects one of them over and over, through one
// server at a time.
import { GraphqlClient } from '../../e2e/harness/client.ts';
import type { Person } from '../../e2e/harness/person.ts';

export class OfficeWork {
  readonly #office: Person;
  readonly #communityId: string;
  readonly #correctedId: string;
  readonly #running: Promise<void>;
  #through: Person;
  #round: Promise<void> = Promise.resolve();
  #rounds = 0;
  #over = false;

  /** @param correctedId of the request that is corrected all the time */
  constructor(office: Person, address: string, communityId: string, correctedId: string) {
    this.#office = office;
    this.#communityId = communityId;
    this.#correctedId = correctedId;
    this.#through = office.at(new GraphqlClient(address));
    this.#running = this.#run();
  }

  /** Goes on through another server; resolves once nothing is under way at the last one. */
  async moveTo(address: string): Promise<void> {
    this.#through = this.#office.at(new GraphqlClient(address));
    await this.#round;
  }

  /** Resolves once so many more offers have been made; rejects when one was refused. */
  async rounds(count: number): Promise<void> {
    for (const until = this.#rounds + count; this.#rounds < until;) await this.#round;
  }

  /** Rejects when anything was refused. */
  async end(): Promise<void> {
    this.#over = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#over) {
      this.#round = this.#offer(this.#through);
      await this.#round;
      this.#rounds += 1;
    }
  }

  async #offer(office: Person): Promise<void> {
    const report = { communityId: this.#communityId, channel: 'PHONE', category: 'SANITATION', matter: 'M' };
    const { id: requestId } = (await office.order('raiseRequest', report)).request;
    await office.order('dispatchRequest', { requestId });
    await office.order('correctRequest', { requestId: this.#correctedId, matter: `Corrected for ${requestId}` });
  }
}
