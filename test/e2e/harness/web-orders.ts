// Orders as residents without accounts place them, and as the office takes them by telephone, in a neighbourhood that
// believes the address a proxy tells: limits are tried from addresses nobody else has.
import { Api } from './api.ts';
import type { Answer } from './client.ts';
import { Neighbourhood } from './neighbourhood.ts';
import type { Json } from './person.ts';
import { Person } from './person.ts';

export const MATTER = 'The corridor is dark.';

/** What a resident follows an order by. */
export interface OrderKey {
  readonly code: string;
  readonly phoneEnding: string;
}

export interface PlacedOrder {
  readonly key: OrderKey;
  readonly phone: string;
  readonly requestId: string;
  readonly order: Json;
}

export class WebOrders {
  readonly api: Api;
  readonly here: Neighbourhood;
  /** Nobody in particular. */
  readonly resident: Person;
  #phones = 0;

  private constructor(api: Api, here: Neighbourhood) {
    this.api = api;
    this.here = here;
    this.resident = new Person(api, { accountId: '', username: '', token: '', volunteerId: '' });
  }

  static async open(): Promise<WebOrders> {
    const api = await Api.start({ environment: { TRUSTED_PROXIES: '127.0.0.1' } });
    return new WebOrders(api, await Neighbourhood.at(api));
  }

  close(): Promise<void> {
    return this.api.stop();
  }

  askFrom<Data = Json>(address: string, query: string, variables: object = {}): Promise<Answer<Data>> {
    return this.api.send<Data>(JSON.stringify({ query, variables }), { 'x-forwarded-for': address });
  }

  /** A number nobody has had before. */
  newPhone(): string {
    this.#phones += 1;
    return `1370000${String(this.#phones).padStart(4, '0')}`;
  }

  async placed(over: object = {}): Promise<PlacedOrder> {
    const phone = this.newPhone();
    const { communityId } = this.here;
    const input = { communityId, category: 'SANITATION', matter: MATTER, reporter: { phone } };
    const order = await this.resident.order('placeOrder', { ...input, ...over });
    const key = { code: order.trackingCode, phoneEnding: phone.slice(-4) };
    return { key, phone, order, requestId: this.requestIdOf(key.code) };
  }

  /** Told by the office, which has no limits. */
  async told(reporter: object = { phone: this.newPhone() }, over: object = {}): Promise<Json> {
    const { communityId, office } = this.here;
    const report = { communityId, channel: 'PHONE', category: 'SANITATION', matter: MATTER, reporter };
    return office.order('raiseRequest', { ...report, ...over });
  }

  requestIdOf(code: string): string {
    return this.api.application.services.requestDesk.codes.requestIdOf(code);
  }

  async erase(requestId: string): Promise<void> {
    const { foundation, services } = this.api.application;
    const { state } = await services.requestDesk.load(requestId);
    await foundation.vault.erase(state.status === 'NONE' ? '' : state.personId, foundation.clock.now());
  }
}
