const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Lower-case RFC 9562 UUID, any version. Upper case is refused so that one thing has one id. */
export function isUuid(value: string): boolean {
  return UUID.test(value);
}
