// What comes in: scalars, texts, ids and cursors are understood in one form or refused without being repeated.
import { describe, expect, it } from '@jest/globals';
import 'reflect-metadata';
import { ArgsType, Field, InputType, TypeMetadataStorage } from '@nestjs/graphql';
import { LazyMetadataStorage } from '@nestjs/graphql/dist/schema-builder/storages/lazy-metadata.storage.js';
import { randomUUID } from 'node:crypto';
import { InvalidInput } from '#libs/kernel';
import { CommandInput } from './command-input.ts';
import { ConnectionArgs, pageOf, pageRequest } from './connection.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { InputValidation } from './input-validation.ts';
import { isPlainText, PlainText } from './plain-text.ts';
import { DateTime, LocalDate, Position } from './scalars.ts';

describe('scalars', () => {
  it.each([
    [DateTime, '2026-03-01T09:30:00+08:00', '2026-03-01T01:30:00.000Z'],
    [DateTime, '2026-03-01T01:30:00.5Z', '2026-03-01T01:30:00.500Z'],
    [LocalDate, '2024-02-29', '2024-02-29'],
    [Position, '', ''],
    [Position, '0000000000000042', '0000000000000042'],
  ])('%s reads %s', (scalar, text, value) => {
    expect(scalar.parseValue(text)).toBe(value);
  });

  it.each([
    [DateTime, '2026-03-01T09:30:00'],
    [DateTime, '2026-02-30T09:30:00Z'],
    [DateTime, 1_767_225_600_000],
    [LocalDate, '2026-02-30'],
    [LocalDate, '2026-3-1'],
    [Position, 'a b'],
    [Position, 42],
  ])('%s refuses %s without repeating it', (scalar, value) => {
    const refusals = new Set([value, 'something else'].map((wrong) => messageOf(() => scalar.parseValue(wrong))));
    expect(refusals.size).toBe(1);
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('was accepted');
}

describe('a plain text', () => {
  it.each(['刘', '水管漏水', '👩‍🔧 helps', 'a'.repeat(10)])('may be %s', (text) => {
    expect(isPlainText(text, { max: 10 })).toBe(true);
  });

  it.each(['', '   ', 'a'.repeat(11), 'a\u0000b', 'a\nb', '\u202Eabc', '\uD800', 42, null])('may not be %j', (text) => {
    expect(isPlainText(text, { max: 10 })).toBe(false);
  });

  it('has line breaks where they are allowed, and counts code points', () => {
    expect(isPlainText('a\nb', { max: 10, lines: true })).toBe(true);
    expect(isPlainText('𠮷'.repeat(10), { max: 10 })).toBe(true);
    expect(isPlainText('𠮷'.repeat(11), { max: 10 })).toBe(false);
  });
});

@InputType()
class Inner {
  @Field(() => String)
  @PlainText({ max: 5 })
  name!: string;
}

@InputType()
class Outer extends CommandInput {
  @Field(() => [Inner])
  inner!: Inner[];
}

@ArgsType()
class Args extends ConnectionArgs {}

describe('input validation', () => {
  LazyMetadataStorage.load();
  TypeMetadataStorage.compile();
  const pipe = new InputValidation();
  const read = (input: object) => pipe.transform(input, { type: 'body', metatype: Outer, data: 'input' });

  it('makes instances, with texts in NFC', () => {
    const result = read({ commandId: randomUUID(), inner: [{ name: 'e\u0301' }] }) as Outer;
    expect(result).toBeInstanceOf(Outer);
    expect(result.inner[0]).toBeInstanceOf(Inner);
    expect(result.inner[0]?.name).toBe('\u00e9');
  });

  it.each([
    [{ commandId: 'not-an-id', inner: [] }, 'input.commandId'],
    [{ commandId: randomUUID(), expectedRevision: -1, inner: [] }, 'input.expectedRevision'],
    [{ commandId: randomUUID(), inner: [{ name: 'good' }, { name: 'too-long-for-it' }] }, 'input.inner.1.name'],
  ])('names the field at fault and not its value', (input, field) => {
    try {
      read(input);
      throw new Error('was accepted');
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInput);
      expect((error as InvalidInput).details).toEqual({ field });
      expect((error as InvalidInput).message).not.toMatch(/not-an-id|too-long-for-it|-1/);
    }
  });

  it.each([0, 101])('refuses a page of %i', (first) => {
    expect(() => pipe.transform({ first }, { type: 'body', metatype: Args })).toThrow(InvalidInput);
  });
});

describe('a connection', () => {
  it('goes on after the last row of a page, and knows whether there is more', () => {
    const page = pageOf('rows', ['a', 'b', 'c'], { first: 2 }, 9, (row) => ['same', row]);
    expect(page.edges.map(({ node }) => node)).toEqual(['a', 'b']);
    expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(pageRequest('rows', { first: 2, after: page.pageInfo.endCursor! })).toEqual({
      limit: 3,
      after: ['same', 'b'],
    });
  });

  it.each([
    '',
    'x',
    encodeCursor('rows', ['a'] as never),
    encodeCursor('rows', ['a', 1] as never),
    encodeCursor('rows', ['a', {}] as never),
    `${encodeCursor('rows', ['a', 'b'])}=`,
    encodeCursor('other rows', ['a', 'b']),
    'a'.repeat(600),
  ])('refuses what is no cursor: %s', (cursor) => {
    expect(() => decodeCursor('rows', cursor)).toThrow(InvalidInput);
  });
});
