// Documents that ask for everything: for any field of the committed schema, all its arguments as variables and every
// field below it, so that what should not be shown has every chance to show.
import { readFileSync } from 'node:fs';
import type { GraphQLField, GraphQLObjectType, GraphQLOutputType } from 'graphql';
import { buildSchema, getNamedType, isObjectType, isRequiredArgument } from 'graphql';

export type OperationKind = 'query' | 'mutation' | 'subscription';

export interface RootField {
  readonly kind: OperationKind;
  readonly name: string;
  /** Names of its arguments with their types as they are written. */
  readonly args: ReadonlyMap<string, string>;
  /** Name of the type it answers with. */
  readonly returns: string;
  readonly document: string;
}

export const SCHEMA = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));

/** Every field of Query, Mutation and Subscription. */
export const ROOT_FIELDS: readonly RootField[] = [
  ...fieldsOf('query', SCHEMA.getQueryType()),
  ...fieldsOf('mutation', SCHEMA.getMutationType()),
  ...fieldsOf('subscription', SCHEMA.getSubscriptionType()),
];

const byName = new Map(ROOT_FIELDS.map((field) => [field.name, field]));

export function rootField(name: string): RootField {
  const field = byName.get(name);
  if (!field) throw new Error(`The schema has no root field ${name}`);
  return field;
}

function fieldsOf(kind: OperationKind, type: GraphQLObjectType | null | undefined): RootField[] {
  return Object.values(type?.getFields() ?? {}).map((field) => {
    const { name } = field;
    const args = new Map(field.args.map((arg) => [arg.name, String(arg.type)]));
    return { kind, name, args, returns: getNamedType(field.type).name, document: documentOf(kind, field, args) };
  });
}

function documentOf(
  kind: OperationKind,
  field: GraphQLField<unknown, unknown>,
  args: ReadonlyMap<string, string>,
): string {
  const list = (of: (name: string, type: string) => string) =>
    args.size === 0 ? '' : `(${[...args].map(([name, type]) => of(name, type)).join(', ')})`;
  const required = new Set(field.args.filter(isRequiredArgument).map(({ name }) => name));
  // An absent variable leaves a default in force, as an absent argument does, only when its type lets it be absent.
  const variables = list((name, type) => `$${name}: ${required.has(name) ? type : type.replace(/!$/, '')}`);
  const call = `${field.name}${list((name) => `${name}: $${name}`)}`;
  return `${kind} ${variables} { ${call} ${everythingOf(field.type)} }`;
}

function everythingOf(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  const fields = Object.values(named.getFields()).map((field) => `${field.name} ${everythingOf(field.type)}`);
  return `{ ${fields.join(' ')} }`;
}

export interface AnsweredField {
  /** `Type.field` */
  readonly name: string;
  readonly value: unknown;
}

/** Every field of an answer, however deep, with the type it belongs to. */
export function answeredFields({ returns }: RootField, answer: unknown): AnsweredField[] {
  const found: AnsweredField[] = [];
  const visit = (typeName: string, value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) visit(typeName, each);
    const type = SCHEMA.getType(typeName);
    if (Array.isArray(value) || typeof value !== 'object' || value === null || !isObjectType(type)) return;
    for (const [name, of] of Object.entries(value)) {
      found.push({ name: `${typeName}.${name}`, value: of });
      visit(getNamedType(type.getFields()[name]!.type).name, of);
    }
  };
  visit(returns, answer);
  return found;
}
