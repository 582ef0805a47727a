// What is known of the request being answered, wherever its work goes on: one id for its answer, its log lines, its trace
// and the defect it may meet, without handing it through every call.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { TracedRequest } from './tracing/index.ts';

/** The operation of what never got as far as a document that fits the schema. */
export const NO_OPERATION = 'none';

export class RequestScope {
  readonly id: string;
  /** A root field of the schema: never a name a client made up, and so one of few. */
  operation: string = NO_OPERATION;
  /** Of the first error; one of the schema's codes. */
  code: string | undefined;

  readonly #trace: Pick<TracedRequest, 'operation'> | undefined;

  constructor(id: string, trace?: Pick<TracedRequest, 'operation'>) {
    this.id = id;
    this.#trace = trace;
  }

  /** @param operation a root field of the schema; @param kind query, mutation or subscription */
  turnsOut(operation: string, kind: string): void {
    this.operation = operation;
    this.#trace?.operation(operation, kind);
  }

  failed(code: string): void {
    this.code ??= code;
  }
}

const scopes = new AsyncLocalStorage<RequestScope>();

/** Of the request this is called for; undefined outside of one. */
export function currentRequest(): RequestScope | undefined {
  return scopes.getStore();
}

export function withinRequest<T>(scope: RequestScope, work: () => T): T {
  return scopes.run(scope, work);
}
