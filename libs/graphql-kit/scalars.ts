// Scalars that mean one thing on the wire. What comes in is checked here once; what goes out is stored in that form.
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import type { Instant, Position as LogPosition } from '#libs/kernel';
import { parseInstant } from '#libs/kernel';

interface TextScalar<T extends string> {
  readonly name: string;
  readonly description: string;
  readonly specifiedByURL?: string;
  /** What a wrong value is told; never the value. */
  readonly refusal: string;
  readonly parse: (text: string) => T | undefined;
}

function textScalar<T extends string>({
  name,
  description,
  specifiedByURL,
  refusal,
  parse,
}: TextScalar<T>): GraphQLScalarType<T, T> {
  const read = (value: unknown): T => {
    const parsed = typeof value === 'string' ? parse(value) : undefined;
    if (parsed === undefined) throw new GraphQLError(refusal);
    return parsed;
  };
  return new GraphQLScalarType<T, T>({
    name,
    description,
    ...(specifiedByURL === undefined ? {} : { specifiedByURL }),
    serialize: (value) => value as T,
    parseValue: read,
    parseLiteral: (node: ValueNode) => read(node.kind === Kind.STRING ? node.value : undefined),
  });
}

export const DateTime = textScalar<Instant>({
  name: 'DateTime',
  description: 'A moment: RFC 3339 with an offset. Any offset is read; UTC with milliseconds is written.',
  specifiedByURL: 'https://datatracker.ietf.org/doc/html/rfc3339',
  refusal: 'A DateTime is an RFC 3339 time with an offset, such as 2026-03-01T09:30:00+08:00.',
  parse: parseInstant,
});

/** As the stores write them; anything else would compare as before or behind all there is. Empty is the log's beginning. */
const POSITION = /^(?:\d{16,20}(?:\.\d{20})?)?$/;

/** The kernel's type under the scalar's name, so that one import serves the decorator and the property. */
export type Position = LogPosition;

export const Position = textScalar<Position>({
  name: 'Position',
  description:
    'A place in the log: opaque, ordered, from this server; empty before its first event. Keep it to go on from there.',
  refusal: 'A Position is a text this server gave out.',
  parse: (text) => (POSITION.test(text) ? (text as Position) : undefined),
});

/** A day without a time zone, `YYYY-MM-DD`; comparing as text compares in time. */
export type LocalDate = string & { readonly __localDate: true };

export const LocalDate = textScalar<LocalDate>({
  name: 'LocalDate',
  description: 'A calendar day, YYYY-MM-DD, in the time zone of the community.',
  refusal: 'A LocalDate is a calendar day such as 2026-03-01.',
  parse: (text) =>
    /^\d{4}-\d{2}-\d{2}$/.test(text) && parseInstant(`${text}T00:00:00Z`) ? (text as LocalDate) : undefined,
});
