// Nothing is answered without a rule.
import { describe, expect, it } from '@jest/globals';
import { graphql, GraphQLInt, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { anyone, inherited, roles, signedIn } from './access.ts';
import type { AccessRule } from './access.ts';
import { applyAccessRules, fieldsWithoutRule } from './access-rules.ts';
import { GraphQLContext } from './context.ts';
import type { Viewer } from './viewer.ts';

const viewer = (role: string, community = 'here'): Viewer => ({
  accountId: 'account',
  grants: [{ role, areaId: community }],
  may: (wanted, communityId) => wanted.includes(role) && communityId === community,
  communities: () => [community],
});

const rule = (access?: AccessRule) => (access ? { extensions: { access } } : {});

function schemaWith(field: AccessRule | undefined, type: AccessRule | undefined, root: AccessRule | undefined) {
  const thing = new GraphQLObjectType({
    name: 'Thing',
    ...rule(type),
    fields: { value: { type: GraphQLInt, ...rule(field) } },
  });
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: { thing: { type: thing, resolve: () => ({ value: 1, communityId: 'here' }), ...rule(root) } },
  });
  return applyAccessRules(new GraphQLSchema({ query }));
}

async function ask(schema: GraphQLSchema, who?: Viewer) {
  const { data, errors } = await graphql({
    schema,
    source: '{ thing { value } }',
    contextValue: new GraphQLContext(who, 'id'),
  });
  return errors ? errors[0]?.originalError?.name : (data?.['thing'] as { value: number }).value;
}

describe('access', () => {
  it.each([
    ['a root field without a rule', undefined, inherited, undefined, ['Query.thing']],
    ['a root field that inherits from nothing', undefined, inherited, inherited, ['Query.thing']],
    ['a field without a rule, of a type without one', undefined, undefined, anyone, ['Thing.value']],
  ])('is denied to everyone by %s', async (_, field, type, root, named) => {
    const schema = schemaWith(field, type, root);
    expect(fieldsWithoutRule(schema)).toEqual(named);
    expect(await ask(schema)).toBe('Unauthenticated');
    expect(await ask(schema, viewer('ADMINISTRATOR'))).toBe('NotPermitted');
  });

  it.each([
    ['anyone', anyone, 1, 1, 1],
    ['signed in', signedIn, 'Unauthenticated', 1, 1],
    ['a role', roles('OFFICE'), 'Unauthenticated', 'NotPermitted', 1],
  ])('to a root field: %s', async (_, root, nobody, volunteer, office) => {
    const schema = schemaWith(undefined, inherited, root);
    expect(fieldsWithoutRule(schema)).toEqual([]);
    expect([await ask(schema), await ask(schema, viewer('VOLUNTEER')), await ask(schema, viewer('OFFICE'))]).toEqual([
      nobody,
      volunteer,
      office,
    ]);
  });

  it.each([
    ["the field's", roles('OFFICE'), inherited],
    ["the type's", undefined, roles('OFFICE')],
  ])('by role holds in the community of the object only: %s rule', async (_, field, type) => {
    const schema = schemaWith(field, type, anyone);
    expect(await ask(schema, viewer('OFFICE', 'here'))).toBe(1);
    expect(await ask(schema, viewer('OFFICE', 'elsewhere'))).toBe('NotPermitted');
    expect(await ask(schema)).toBe('Unauthenticated');
  });
});
