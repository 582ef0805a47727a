// A hostile request as data: what is sent, and the status and code it is answered with. Everything is written to a bare
// connection, byte by byte as it stands here, since an HTTP client would mend or refuse half of it.

/** In every request that has room for it: it may come back in no answer and no log line. */
export const CANARY = '13912345678';

/** What a case may need to know of the server it is sent to. */
export interface Target {
  readonly host: string;
  /** Of an office that may raise requests. */
  readonly token: string;
  readonly communityId: string;
}

export interface HostileRequest {
  readonly name: string;
  readonly bytes: (target: Target) => Buffer;
  /** 0 for a connection that is closed without an answer. */
  readonly status: number;
  /** `extensions.code` of the first error; undefined where the answer has none. */
  readonly code: string | undefined;
}

export interface Parts {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  /** Laid over the usual ones; null leaves a header out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Header lines written as they stand, after the others. */
  readonly lines?: readonly string[];
  readonly body?: string | Buffer;
}

/** A request as a client would write it, but for what is said otherwise. */
export function request({ host }: Pick<Target, 'host'>, parts: Parts = {}): Buffer {
  const { method = 'POST', target = '/graphql', version = 'HTTP/1.1', headers = {}, lines = [], body = '' } = parts;
  const bytes = Buffer.from(body);
  const usual = {
    host,
    'content-type': 'application/json',
    'content-length': String(bytes.length),
    connection: 'close',
  };
  const named = Object.entries<string | null>({ ...usual, ...headers })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value ?? ''}`);
  const head = [`${method} ${target} ${version}`, ...named, ...lines, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

/** A case of these parts. */
export function wire(name: string, parts: Parts, status: number, code?: string): HostileRequest {
  return { name, bytes: (target) => request(target, parts), status, code };
}

/** A case of this body, sent as JSON. */
export function body(name: string, text: string | Buffer, status: number, code?: string): HostileRequest {
  return wire(name, { body: text }, status, code);
}

/** A case of this document, nobody signed in. */
export function document(
  name: string,
  query: string,
  status: number,
  code?: string,
  more: object = {},
): HostileRequest {
  return body(name, JSON.stringify({ query, ...more }), status, code);
}

/** A case of this document and these variables, sent by the office. */
export function asOffice(
  name: string,
  query: string,
  variables: object | ((target: Target) => object),
  status: number,
  code?: string,
): HostileRequest {
  return {
    name,
    bytes: (target) => {
      const of = typeof variables === 'function' ? (variables as (target: Target) => object)(target) : variables;
      const headers = { authorization: `Bearer ${target.token}` };
      return request(target, { headers, body: JSON.stringify({ query, variables: of }) });
    },
    status,
    code,
  };
}
