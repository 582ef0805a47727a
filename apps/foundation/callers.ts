// How many connections the outside may hold, from one address and in all, and where a connection really comes from when
// a proxy that is trusted stands in between.
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { networkOf } from '#libs/platform';

/** Counts what is held at one time, by address; a network of IPv6 counts as one. */
export class Quota {
  readonly #all: number;
  readonly #each: number;
  readonly #held = new Map<string, number>();
  #total = 0;

  constructor(limits: { readonly all: number; readonly each: number }) {
    this.#all = limits.all;
    this.#each = limits.each;
  }

  /** Counts one more, or answers undefined when there may be no more; what it answers gives the place back, once. */
  take(address: string): (() => void) | undefined {
    const key = networkOf(address);
    const held = this.#held.get(key) ?? 0;
    if (held >= this.#each || this.#total >= this.#all) return undefined;
    this.#held.set(key, held + 1);
    this.#total += 1;
    let returned = false;
    return () => {
      if (returned) return;
      returned = true;
      this.#total -= 1;
      const left = (this.#held.get(key) ?? 1) - 1;
      if (left > 0) this.#held.set(key, left);
      else this.#held.delete(key);
    };
  }
}

/** Proxies whose word on where a request came from is believed. */
export class TrustedProxies {
  readonly #networks = new BlockList();

  /** @param networks addresses, or networks such as `10.0.0.0/8` */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address = '', prefix] = network.split('/');
      const type = familyOf(address);
      this.#networks.addSubnet(address, Number(prefix ?? (type === 'ipv6' ? 128 : 32)), type);
    }
  }

  include(address: string): boolean {
    return isIP(address) > 0 && this.#networks.check(address, familyOf(address));
  }

  /** The nearest address that is no trusted proxy: what a client itself writes into the header is never reached. */
  clientOf({ socket, headers }: IncomingMessage): string {
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
    let address = socket.remoteAddress ?? '';
    while (this.include(address)) {
      const before = forwarded.pop()?.trim() ?? '';
      if (isIP(before) === 0) break;
      address = before;
    }
    return address;
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
