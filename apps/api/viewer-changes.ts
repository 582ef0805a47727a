// Connected viewers follow their accounts and sessions: a role taken away, an account disabled, or a session ended holds for
// open sockets before the next event is told.
import type { SubscriptionServer, ViewerChanges } from '#libs/graphql-kit';
import { accountCodec } from '#libs/identity';
import type { ViewerLookup } from '#libs/identity';

const ACCOUNT = 'account-';
const SESSION = 'session-';
const SESSION_ENDED = 'SessionEnded';

export function watchViewers(sockets: SubscriptionServer, viewers: ViewerLookup): ViewerChanges {
  return {
    types: [...accountCodec.types, SESSION_ENDED],
    changed({ type, stream }) {
      const concerns: Parameters<typeof sockets.refreshViewers>[0] =
        type === SESSION_ENDED
          ? ({ sessionId }) => sessionId === stream.slice(SESSION.length)
          : ({ accountId }) => accountId === stream.slice(ACCOUNT.length);
      return sockets.refreshViewers(concerns, (viewer) => viewers.again(viewer));
    },
  };
}
