// An office at work over HTTP, beside a community that is not its own.
import { randomUUID } from 'node:crypto';
import { Api } from './api.ts';
import type { Member, World } from './world.ts';
import { makeWorld } from './world.ts';

/** A number that must not come back. */
export const CANARY = '13900007777';
export const RAISE =
  'mutation ($input: RaiseRequestInput!) { raiseRequest(input: $input) { request { id revision } position } }';

export interface OfficeDesk {
  readonly api: Api;
  readonly world: World;
  readonly office: Member;
  /** Variables of `RAISE`, under a new command id. */
  readonly raising: (over?: object) => { readonly input: object };
}

export async function openOfficeDesk(): Promise<OfficeDesk> {
  const api = await Api.start();
  const world = await makeWorld(api);
  const { communityId } = world;
  const report = { communityId, channel: 'PHONE', category: 'SANITATION', matter: CANARY };
  return {
    ...{ api, world, office: await world.member('OFFICE') },
    raising: (over = {}) => ({ input: { commandId: randomUUID(), ...report, ...over } }),
  };
}
