const BEARER = /^Bearer ([\w.~+/=-]{1,4096})$/i;

/** The token of an `Authorization: Bearer …` value; undefined when there is none, or none of that form. */
export function bearerToken(authorization: unknown): string | undefined {
  return typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
}
