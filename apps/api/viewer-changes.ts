// Connected viewers follow their accounts: a role taken away, or an account disabled, holds for open sockets before the
// next event is told.
import type { SubscriptionServer, ViewerChanges } from '#libs/graphql-kit';
import { accountCodec } from '#libs/identity';
import type { ViewerLookup } from '#libs/identity';

const STREAM = 'account-';

export function watchViewers(sockets: SubscriptionServer, viewers: ViewerLookup): ViewerChanges {
  return {
    types: accountCodec.types,
    changed(event) {
      const accountId = event.stream.slice(STREAM.length);
      return sockets.refreshViewers(
        (viewer) => viewer.accountId === accountId,
        (viewer) => viewers.byAccountId(viewer.accountId, viewer.expiresAt),
      );
    },
  };
}
