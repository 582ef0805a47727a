// Enforces the rules on a built schema. Only root fields and fields whose rule has to be checked are wrapped; plain
// fields lose even the resolver Nest gives them, so that reading a property costs what reading a property costs.
import type { GraphQLField, GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { defaultFieldResolver, isObjectType } from 'graphql';
import { NotPermitted, Unauthenticated } from '#libs/kernel';
import type { AccessRule } from './access.ts';
import { inherited, ruleOf } from './access.ts';
import type { GraphQLContext } from './context.ts';
import type { Viewer } from './viewer.ts';

type Field = GraphQLField<unknown, GraphQLContext, Record<string, unknown>>;

interface Place {
  readonly name: string;
  readonly field: Field;
  readonly rule: AccessRule | undefined;
  readonly root: boolean;
  readonly changes: boolean;
}

/** Changes the schema in place and returns it: every field keeps its rule, a field without one refuses. */
export function applyAccessRules(schema: GraphQLSchema): GraphQLSchema {
  for (const place of placesOf(schema)) enforce(place);
  return schema;
}

/** `Type.field` of every field that has no rule of its own and none by its type; root fields need their own. */
export function fieldsWithoutRule(schema: GraphQLSchema): string[] {
  return placesOf(schema)
    .filter(({ rule }) => rule === undefined)
    .map(({ name }) => name);
}

/** Fields that show personal data, `Type.field`, with the name of their rule. */
export function personalFields(schema: GraphQLSchema): ReadonlyMap<string, string> {
  return new Map(placesOf(schema).flatMap(({ name, rule }) => (rule?.hidden ? [[name, rule.name]] : [])));
}

/** @throws Unauthenticated for nobody, NotPermitted for somebody without the right */
export function assertAllowed(
  rule: AccessRule | undefined,
  viewer: Viewer | undefined,
  parent: unknown,
  args: Readonly<Record<string, unknown>>,
): void {
  if (rule?.allows(viewer, parent, args)) return;
  if (!viewer) throw new Unauthenticated('Sign in first.');
  throw new NotPermitted('This is not for you to see or do.');
}

function placesOf(schema: GraphQLSchema): Place[] {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || type.name.startsWith('__')) return [];
    const root = roots.has(type);
    const changes = type === schema.getMutationType();
    return Object.values(type.getFields()).map((field): Place => {
      const own = ruleOf(field);
      // Root fields have no object to inherit from, or to hide something of.
      const rule = root ? (own === inherited || own?.hidden ? undefined : own) : (own ?? ruleOf(type));
      return { name: `${type.name}.${field.name}`, field: field as Field, rule, root, changes };
    });
  });
}

function enforce({ field, rule, root, changes }: Place): void {
  if (field.resolve && isPlainProperty(field.resolve, field.name)) delete field.resolve;
  if (rule && !rule.checked && !root) return;
  const resolve = field.resolve ?? defaultFieldResolver;
  const { hidden } = rule ?? {};
  field.resolve = (parent, args, context, info) => {
    if (!hidden) assertAllowed(rule, context.viewer, root ? undefined : parent, args);
    else if (!rule?.allows(context.viewer, parent, args)) return hidden();
    return changes
      ? carriedOut(field.name, context, resolve(parent, args, context, info))
      : resolve(parent, args, context, info);
  };
  const { subscribe } = field;
  if (!subscribe) return;
  field.subscribe = (parent, args, context, info) => {
    assertAllowed(rule, context.viewer, undefined, args);
    return subscribe(parent, args, context, info);
  };
}

async function carriedOut(name: string, { done }: GraphQLContext, result: unknown): Promise<unknown> {
  const answer = await result;
  // Nest answers with an error where others throw it.
  if (!(answer instanceof Error)) done.push(name);
  return answer;
}

/**
 * Whether a resolver only reads the property of the field's own name, as the one Nest makes for each `@Field` does.
 * Tried out instead of trusted: a renamed field or a default value shows in the answers.
 */
function isPlainProperty(resolve: GraphQLFieldResolver<never, never>, name: string): boolean {
  if (resolve.name !== 'rootFieldResolver' || resolve.length !== 1) return false;
  const read = resolve as unknown as (parent: object) => unknown;
  const probe = {};
  return read({ [name]: probe }) === probe && read({}) === undefined;
}
