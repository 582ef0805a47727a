// Whom an address belongs to, for everything that is counted by address: one office or household is one caller, however
// many addresses its provider gives it.
import { isIPv6 } from 'node:net';

const GROUPS = 8;
/** The 64 bits that providers give out as one: their holder has all addresses below. */
const NETWORK_GROUPS = 4;

/** Of an IPv6 address its first 64 bits; anything else as it is. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = new Array<string>(Math.max(0, GROUPS - head.length - tail.length)).fill('0');
  const groups = address.includes('::') ? [...head, ...zeros, ...tail] : head;
  return groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
