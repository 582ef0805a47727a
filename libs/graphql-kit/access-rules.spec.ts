// Nothing is answered without a rule.
import { describe, expect, it } from '@jest/globals';
import { graphql, GraphQLInt, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { anyone, inherited, personal, personalTo, roles, signedIn, worksWith } from './access.ts';
import type { AccessRule } from './access.ts';
import { applyAccessRules, fieldsWithoutRule, personalFields } from './access-rules.ts';
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

  it('to personal data by right, and for everybody else as if there were none', async () => {
    const schema = schemaWith(personal([worksWith('OFFICE')]), inherited, anyone);
    const seen = [await ask(schema), await ask(schema, viewer('AUDITOR')), await ask(schema, viewer('OFFICE'))];
    expect(seen).toEqual([null, null, 1]);
    expect(await ask(schema, viewer('OFFICE', 'elsewhere'))).toBeNull();
    expect(
      await ask(
        schemaWith(
          personal([], () => 2),
          inherited,
          anyone,
        ),
        viewer('OFFICE'),
      ),
    ).toBe(2);
    expect([...personalFields(schema)]).toEqual([['Thing.value', 'personal: OFFICE of the community']]);
  });

  it('to personal data that goes with its object is declared, and refused at the root', async () => {
    const schema = schemaWith(undefined, personalTo('its owner'), anyone);
    expect([...personalFields(schema)]).toEqual([['Thing.value', 'personal: its owner']]);
    expect(await ask(schema)).toBe(1);
    expect(fieldsWithoutRule(schemaWith(undefined, inherited, personalTo('whoever')))).toEqual(['Query.thing']);
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
