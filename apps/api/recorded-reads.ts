// No personal data leaves over HTTP before its reading is recorded: the last thing that happens to an answer. An answer
// whose reading cannot be recorded is replaced by an error.
import type { ApolloServerPlugin, BaseContext, GraphQLRequestListener } from '@apollo/server';
import type { ReadRecord, ReportDefect } from '#libs/graphql-kit';
import { formatError, GraphQLContext, rootFieldsOf } from '#libs/graphql-kit';
import { currentRequest } from '#libs/platform';

type Answered = Parameters<NonNullable<GraphQLRequestListener<BaseContext>['willSendResponse']>>[0];

export class RecordedReads implements ApolloServerPlugin {
  readonly #reads: ReadRecord;
  readonly #report: ReportDefect;

  constructor(reads: ReadRecord, report: ReportDefect) {
    this.#reads = reads;
    this.#report = report;
  }

  async requestDidStart(): Promise<GraphQLRequestListener<BaseContext>> {
    return { willSendResponse: (answered) => this.#record(answered) };
  }

  async #record({ contextValue, document, operation, response }: Answered): Promise<void> {
    if (!(contextValue instanceof GraphQLContext) || contextValue.shown.isEmpty) return;
    const { viewer, shown } = contextValue;
    try {
      if (!document || !operation) throw new Error('Personal data was opened without an operation');
      await this.#reads.write({
        operation: operation.operation,
        through: rootFieldsOf(document, operation),
        viewers: viewer ? [viewer] : [],
        shown,
      });
    } catch (error) {
      const formatted = formatError(error, this.#report);
      currentRequest()?.failed(String(formatted.extensions?.['code']));
      response.body = { kind: 'single', singleResult: { data: null, errors: [formatted] } };
    }
  }
}
