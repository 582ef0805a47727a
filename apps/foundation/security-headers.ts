// What every answer over HTTP carries, whoever gives it: nothing of it is sniffed, framed, kept, or told to others.

/** Answers are data: nothing in them may be run or framed. The GraphiQL page has a policy of its own. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** For answers over TLS alone: a year, since a browser that came once by TLS need never come without. */
export const STRICT_TRANSPORT_SECURITY = { 'strict-transport-security': 'max-age=31536000' } as const;
