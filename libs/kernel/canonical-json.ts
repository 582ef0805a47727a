// One way of writing a JSON value (RFC 8785), so that equal values have equal bytes wherever they are hashed or stored.
import type { JsonObject, JsonValue } from './json.ts';

const NEEDS_ESCAPING = /["\\\u0000-\u001f\ud800-\udfff]/;

/**
 * The value's canonical text: names sorted by UTF-16 code units, no white space, numbers as ECMAScript writes them.
 * Names whose value is `undefined` are left out. A lone surrogate is written as an escape, so every string is read
 * back as it was.
 *
 * @throws TypeError for what JSON cannot hold (NaN, infinities, dates, big integers, functions)
 */
export function canonicalJson(value: JsonValue): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('A number that is not finite has no place in JSON.');
      return String(Object.is(value, -0) ? 0 : value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? `[${value.map(canonicalJson).join(',')}]` : canonicalObject(value as JsonObject);
    default:
      throw new TypeError(`A ${typeof value} has no place in JSON.`);
  }
}

function canonicalObject(value: JsonObject): string {
  if (typeof value['toJSON'] === 'function') throw new TypeError('Only plain objects have a canonical form.');
  let text = '';
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${quoted(name)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

function quoted(text: string): string {
  return NEEDS_ESCAPING.test(text) ? JSON.stringify(text) : `"${text}"`;
}
