// The GraphQL explorer, wired to this very server: queries and mutations over HTTP, subscriptions over graphql-ws.
// It needs no internet, and a token typed into the header editor is never written to the browser's storage.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import type { Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { welcome } from './welcome.ts';

const endpoint = new URL('/graphql', window.location.href);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';

const send = createGraphiQLFetcher({
  url: endpoint.href,
  // The headers of the header editor travel as the connection's parameters, since a browser's socket has no headers.
  subscriptionUrl: socket.href,
  enableIncrementalDelivery: false,
});

/** Leaves out the header as the editor first shows it, before a token is put in: nobody is signed in yet. */
const fetcher: Fetcher = (request, options) => {
  const given = Object.entries(options?.headers ?? {});
  const headers = Object.fromEntries(given.filter(([, value]) => !/^Bearer\s*$/.test(String(value))));
  return send(request, { ...options, headers });
};

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id "root".');
createRoot(root).render(
  <GraphiQL
    fetcher={fetcher}
    defaultQuery={welcome}
    defaultHeaders={'{\n  "authorization": "Bearer "\n}'}
    defaultEditorToolsVisibility="headers"
    isHeadersEditorEnabled
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
  >
    <GraphiQL.Logo>帮帮我 Bangbangwo</GraphiQL.Logo>
  </GraphiQL>,
);
