import { describe, expect, it } from '@jest/globals';
import { buildSchema, getIntrospectionQuery, parse, validate } from 'graphql';
import { limitDocuments } from './limits.ts';

const schema = buildSchema(`
  type Query { node: Node  list(first: Int): Node  page(first: Int! = 20): Node }
  type Node { id: ID  node: Node  list(first: Int): Node  page(first: Int! = 20): Node }
`);

const exceeded = (document: string) =>
  validate(schema, parse(document), [limitDocuments()]).map(({ extensions }) => extensions['details']);

const nested = (depth: number): string => (depth === 0 ? '{ id }' : `{ node ${nested(depth - 1)} }`);

describe('limits of a document', () => {
  it('lets ordinary documents and introspection pass', () => {
    expect(exceeded('{ list(first: 100) { id node { id } } }')).toEqual([]);
    expect(exceeded(getIntrospectionQuery())).toEqual([]);
  });

  it.each([
    ['depth', nested(12), 12],
    ['rootFields', `{ ${Array.from({ length: 21 }, (_, n) => `node${n > 0 ? ' ' : ''} { id }`).join(' ')} }`, 20],
    [
      'rootFields',
      `{ ...F } fragment F on Query { ${Array.from({ length: 21 }, (_, n) => `a${n}: node { id }`).join(' ')} }`,
      20,
    ],
    ['aliases', `{ node { ${Array.from({ length: 31 }, (_, n) => `a${n}: id`).join(' ')} } }`, 30],
    ['directives', `{ node { id ${'@include(if: true)'.repeat(31)} } }`, 30],
    ['cost', '{ list(first: 100) { list(first: 100) { list(first: 100) { id } } } }', 20_000],
    ['cost', '{ page { page { page { page { id } } } } }', 20_000],
    ['cost', 'query ($n: Int) { list(first: $n) { list(first: $n) { list(first: $n) { id } } } }', 20_000],
  ])('refuses too much %s', (name, document, limit) => {
    expect(exceeded(document)).toContainEqual({ name, limit });
  });

  it('measures fragments of fragments once, and survives a cycle', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, n) => `fragment F${n} on Node { node { ...F${n + 1} } list { ...F${n + 1} } }`,
    );
    const started = performance.now();
    expect(exceeded(`{ node { ...F0 } } ${fragments.join(' ')} fragment F60 on Node { id }`)).not.toEqual([]);
    expect(exceeded('{ node { ...A } } fragment A on Node { node { ...A } }')).toEqual([]);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
