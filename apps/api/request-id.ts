// One id for a request, from the proxy that saw it first to the log line of a defect.
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export const REQUEST_ID_HEADER = 'x-request-id';

/** UUIDs, 32 hexadecimal digits, and ULIDs, as proxies make them: forms that hold no phone number or name. */
const WELL_FORMED = /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{32}|[0-7][\dA-HJKMNP-TV-Z]{25})$/i;

/** The one it came with when that is well-formed, a new one otherwise. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : randomUUID();
}
