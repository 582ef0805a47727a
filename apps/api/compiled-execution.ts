// Executes repeated documents compiled (graphql-jit) in place of graphql-js's interpreter. A document is compiled when it
// is seen the second time, so that one-off documents cost no compilation, and only the most recent ones are kept.
import type {
  ApolloServerPlugin,
  BaseContext,
  GraphQLRequestContext,
  GraphQLRequestListener,
  GraphQLResponse,
} from '@apollo/server';
import { HeaderMap } from '@apollo/server';
import type { ExecutionResult } from 'graphql';
import { Kind, OperationTypeNode } from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import type { ReportDefect } from '#libs/graphql-kit';
import { formatError } from '#libs/graphql-kit';
import { BoundedCache } from '#libs/kernel';

const KEPT = 500;

type Known = 'seen' | 'not-compiled' | CompiledQuery;
type Request = Parameters<NonNullable<GraphQLRequestListener<BaseContext>['responseForOperation']>>[0];

export class CompiledExecution implements ApolloServerPlugin {
  readonly #report: ReportDefect;
  readonly #known = new BoundedCache<string, Known>(KEPT);

  constructor(report: ReportDefect) {
    this.#report = report;
  }

  async requestDidStart(_: GraphQLRequestContext<BaseContext>): Promise<GraphQLRequestListener<BaseContext>> {
    return { responseForOperation: (request) => this.#respond(request) };
  }

  async #respond(request: Request): Promise<GraphQLResponse | null> {
    const compiled = this.#compiled(request);
    if (!compiled) return null;
    const result = (await compiled.query(
      undefined,
      request.contextValue,
      request.request.variables ?? {},
    )) as ExecutionResult;
    const { data, errors } = result;
    // A variable does not fit: nothing was executed, and graphql-js says so in the words our errors are made from.
    if (data === undefined) return null;
    const http = { headers: new HeaderMap() };
    const singleResult = errors ? { data, errors: errors.map((error) => formatError(error, this.#report)) } : { data };
    return { http, body: { kind: 'single', singleResult } };
  }

  #compiled({ schema, document, operation, operationName, queryHash }: Request): CompiledQuery | undefined {
    const key = `${operationName ?? ''} ${queryHash}`;
    const known = this.#known.get(key);
    if (known === undefined) {
      const worthIt = operation.operation !== OperationTypeNode.SUBSCRIPTION && !asksForSchema(operation);
      this.#known.set(key, worthIt ? 'seen' : 'not-compiled');
    }
    if (known === undefined || known === 'not-compiled') return undefined;
    if (known !== 'seen') return known;
    const compiled = compileQuery(schema, document, operationName ?? undefined);
    this.#known.set(key, isCompiledQuery(compiled) ? compiled : 'not-compiled');
    return isCompiledQuery(compiled) ? compiled : undefined;
  }
}

function asksForSchema({ selectionSet }: Request['operation']): boolean {
  return selectionSet.selections.some(
    (selection) => selection.kind !== Kind.FIELD || selection.name.value.startsWith('__'),
  );
}
