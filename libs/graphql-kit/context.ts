// What every resolver gets, over HTTP and WebSocket alike: who asks, under which request id, loaders that live as long
// as the operation, and whose personal data it has opened.
import type { Viewer } from './viewer.ts';
import { Unauthenticated } from '#libs/kernel';
import { ShownData } from './shown-data.ts';

export class GraphQLContext {
  readonly viewer: Viewer | undefined;
  readonly requestId: string;
  /** Which network the request came from, for limits only: it is personal data and goes into no log. */
  readonly clientNetwork: string;
  /** Personal data opened so far; recorded before the answer leaves. */
  readonly shown = new ShownData();
  /** Fields of Mutation that have been carried out, whatever becomes of the answer. */
  readonly done: string[] = [];
  // Not #private: Apollo Server and Nest hand copies of the context on, and the copies share the loaders.
  private readonly loaders = new Map<unknown, unknown>();

  constructor(viewer: Viewer | undefined, requestId: string, clientNetwork = '') {
    this.viewer = viewer;
    this.requestId = requestId;
    this.clientNetwork = clientNetwork;
  }

  /** @throws Unauthenticated when nobody is signed in */
  requireViewer(): Viewer {
    if (!this.viewer) throw new Unauthenticated('Sign in first.');
    return this.viewer;
  }

  /** The operation's loader of this key, made at first use. */
  loader<L>(key: unknown, make: () => L): L {
    if (!this.loaders.has(key)) this.loaders.set(key, make());
    return this.loaders.get(key) as L;
  }
}
