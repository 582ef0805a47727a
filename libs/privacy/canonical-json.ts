import type { JsonObject, JsonValue } from '#libs/kernel';

/**
 * One text for one value (RFC 8785: members sorted by UTF-16 code unit, no white space, absent members left out), so
 * that equal values have equal hashes and authenticated data is unambiguous.
 */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as JsonObject;
  const members = Object.keys(object)
    .sort()
    .flatMap((name) => {
      const member = object[name];
      return member === undefined ? [] : [`${JSON.stringify(name)}:${canonicalJson(member)}`];
    });
  return `{${members.join(',')}}`;
}
