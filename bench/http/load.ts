// Requests per second of a server under a fixed number of connections. Any answer but 200 without errors fails the bench.
import autocannon from 'autocannon';

export interface Load {
  readonly url: string;
  readonly token?: string | undefined;
  /** The body of each request. */
  readonly body: () => string;
}

const CONNECTIONS = 32;
const SECONDS = 4;

export async function requestsIn({ url, token, body }: Load): Promise<{ requests: number; perSecond: number }> {
  let wrong: string | undefined;
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    requests: [
      {
        setupRequest: (request) => ({ ...request, body: body() }),
        onResponse: (status, text) => {
          if (status !== 200 || text.includes('"errors"')) wrong ??= `${String(status)} ${text.slice(0, 300)}`;
        },
      },
    ],
  });
  if (wrong !== undefined || result.errors > 0)
    throw new Error(`Not every request was answered: ${wrong ?? 'lost connections'}`);
  return { requests: result.requests.total, perSecond: result.requests.average };
}
