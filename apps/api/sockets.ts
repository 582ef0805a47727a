// What surrounds the sockets of subscriptions: how many there may be, how one is refused, and what is counted of them.
import type { Duplex } from 'node:stream';
import { endWith, Quota, TrustedProxies } from '#apps/foundation';
import type { GeneralErrorCode, SubscriptionServer, SubscriptionServerOptions } from '#libs/graphql-kit';
import type { Metrics, Settings } from '#libs/platform';

/** Counted by where a client really is, which a trusted proxy tells. */
export function socketAdmission({
  connections,
  connectionsPerAddress,
  trustedProxies,
}: Settings): SubscriptionServerOptions['admit'] {
  const quota = new Quota({ all: connections, each: connectionsPerAddress });
  const proxies = new TrustedProxies(trustedProxies);
  return (request) => quota.take(proxies.clientOf(request));
}

const REFUSALS: Readonly<Record<400 | 403 | 404 | 429, readonly [GeneralErrorCode, string]>> = {
  400: ['BAD_REQUEST', 'This does not open a WebSocket.'],
  403: ['FORBIDDEN', 'Browsers may not connect from this origin.'],
  404: ['NOT_FOUND', 'There is nothing here.'],
  429: ['RATE_LIMITED', 'There are too many sockets. Close some, or try again later.'],
};

export function refuseSocket(socket: Duplex, status: keyof typeof REFUSALS): void {
  const [code, message] = REFUSALS[status];
  endWith(socket, status, { errors: [{ message, extensions: { code } }] });
}

/** Close codes that say somebody may not. */
const DENIALS: Readonly<Record<string, string>> = { 4401: 'UNAUTHENTICATED', 4403: 'FORBIDDEN' };

export function countClose(metrics: Metrics, code: string): void {
  metrics.socketClosed(code);
  const denial = DENIALS[code];
  if (denial !== undefined) metrics.denied(denial);
}

export function gaugeSockets(metrics: Metrics, sockets: SubscriptionServer): void {
  const gauges = [
    { name: 'sockets', help: 'Sockets of subscriptions that are open.' },
    { name: 'subscriptions', help: 'Subscriptions on them.' },
  ];
  metrics.gauges(gauges, async () => ({
    sockets: [{ value: sockets.open }],
    subscriptions: [{ value: sockets.subscriptions }],
  }));
}
