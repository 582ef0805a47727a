// A client's subscription, checked: one field of the schema, executed for one group of equal subscribers at a time.
import { createHash } from 'node:crypto';
import type { DocumentNode, FieldNode, GraphQLSchema, OperationDefinitionNode, ValidationRule } from 'graphql';
import {
  GraphQLError,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  Kind,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import type { JsonObject } from '#libs/kernel';
import { BoundedCache, InvalidInput } from '#libs/kernel';

export interface SubscribeRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: JsonObject | null | undefined;
}

/** A document that asks for one subscription field and nothing else. */
export interface SubscriptionDocument {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly field: FieldNode;
  /** Variable that only says where to go on: subscribers who differ in it alone are equal. */
  readonly afterVariable: string | undefined;
  /** Stands for the text and the operation's name. */
  readonly fingerprint: string;
}

export interface BoundSubscription extends SubscriptionDocument {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly args: Readonly<Record<string, unknown>>;
  /** Equal for subscribers whose payloads are shaped alike. */
  readonly shape: string;
}

/** Errors of graphql-js about a document or its variables, each with the code of what is wrong. */
export class RequestErrors extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(code: string, errors: readonly GraphQLError[]) {
    super('The request does not fit the schema.');
    this.errors = errors.map(
      ({ message, nodes = null, source = null, positions = null, extensions }) =>
        new GraphQLError(message, { nodes, source, positions, extensions: { code, ...extensions } }),
    );
  }
}

const KEPT_DOCUMENTS = 200;

export class SubscriptionDocuments {
  readonly #schema: GraphQLSchema;
  readonly #rules: readonly ValidationRule[];
  readonly #maxTokens: number;
  readonly #known = new BoundedCache<string, SubscriptionDocument>(KEPT_DOCUMENTS);

  constructor(schema: GraphQLSchema, rules: readonly ValidationRule[], maxTokens: number) {
    this.#schema = schema;
    this.#rules = [...specifiedRules, ...rules];
    this.#maxTokens = maxTokens;
  }

  /**
   * @throws InvalidInput for anything but a subscription to one field
   * @throws RequestErrors for what is not GraphQL or does not fit the schema
   */
  bind({ query, operationName, variables }: SubscribeRequest): BoundSubscription {
    const subscription = this.#read(query, operationName);
    const { operation, field } = subscription;
    const coerced = getVariableValues(this.#schema, operation.variableDefinitions ?? [], variables ?? {}, {
      maxErrors: 5,
    });
    if (coerced.errors) throw new RequestErrors('BAD_USER_INPUT', coerced.errors);
    const definition = this.#schema.getSubscriptionType()?.getFields()[field.name.value];
    if (!definition) throw new InvalidInput('This is not a field of Subscription.');
    const args = getArgumentValues(definition, field, coerced.coerced);
    const { [subscription.afterVariable ?? '']: _, ...shaping } = coerced.coerced;
    return {
      ...subscription,
      variables: coerced.coerced,
      args,
      shape: `${subscription.fingerprint} ${JSON.stringify(shaping)}`,
    };
  }

  #read(query: string, operationName: string | null | undefined): SubscriptionDocument {
    const fingerprint = createHash('sha256')
      .update(`${operationName ?? ''}\n${query}`)
      .digest('base64url');
    const known = this.#known.get(fingerprint);
    if (known) return known;
    const document = this.#parse(query);
    const errors = validate(this.#schema, document, this.#rules, { maxErrors: 5 });
    if (errors.length > 0) throw new RequestErrors('GRAPHQL_VALIDATION_FAILED', errors);
    const operation = getOperationAST(document, operationName);
    if (operation?.operation !== OperationTypeNode.SUBSCRIPTION)
      throw new InvalidInput('Only subscriptions are served here.');
    const [field, ...others] = operation.selectionSet.selections;
    if (field?.kind !== Kind.FIELD || others.length > 0 || (field.directives?.length ?? 0) > 0) {
      throw new InvalidInput('A subscription asks for exactly one field, without fragment or directive.');
    }
    const subscription = { document, operation, field, fingerprint, afterVariable: afterVariableOf(document, field) };
    this.#known.set(fingerprint, subscription);
    return subscription;
  }

  #parse(query: string): DocumentNode {
    try {
      return parse(query, { maxLexicalTokens: this.#maxTokens });
    } catch (error) {
      throw error instanceof GraphQLError ? new RequestErrors('GRAPHQL_PARSE_FAILED', [error]) : error;
    }
  }
}

function afterVariableOf(document: DocumentNode, field: FieldNode): string | undefined {
  const value = field.arguments?.find(({ name }) => name.value === 'after')?.value;
  if (value?.kind !== Kind.VARIABLE) return undefined;
  let uses = 0;
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      if (name.value === value.name.value) uses += 1;
    },
  });
  return uses === 1 ? value.name.value : undefined;
}
