import { describe, expect, it } from '@jest/globals';
import type { FragmentDefinitionNode, GraphQLResolveInfo, OperationDefinitionNode } from 'graphql';
import { Kind, parse } from 'graphql';
import { requestedFields } from './requested-fields.ts';

function ask(document: string, path: string): string[] {
  const { definitions } = parse(document);
  const [operation] = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode[];
  const named = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION) as FragmentDefinitionNode[];
  const fragments = Object.fromEntries(named.map((fragment) => [fragment.name.value, fragment]));
  const info = { fieldNodes: operation!.selectionSet.selections, fragments } as unknown as GraphQLResolveInfo;
  expect(requestedFields(info, path)).toBe(requestedFields(info, path));
  return [...requestedFields(info, path)].sort();
}

describe('the fields asked for', () => {
  it.each([
    ['{ list { edges { cursor node { id status } } } }', ['id', 'status']],
    ['{ list { edges { node { id } } edges { node { status } } } }', ['id', 'status']],
    [
      '{ list { edges { node { id ... { status } ...F } } } } fragment F on N { a ...G } fragment G on N { b }',
      ['a', 'b', 'id', 'status'],
    ],
    ['{ list { ...C } } fragment C on L { edges { node { name: id } } }', ['id']],
    ['{ list { edges { node { id @include(if: false) } } } }', ['id']],
    ['{ list { totalCount } }', []],
  ])('in %s', (document, fields) => {
    expect(ask(document, 'edges.node')).toEqual(fields);
  });
});
