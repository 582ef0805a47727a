// From a `subscribe` message to a subscriber of the hub, and back to `next`, `error` and `complete`.
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { execute } from 'graphql';
import type { Position } from '#libs/kernel';
import { InvalidInput, SECOND } from '#libs/kernel';
import { NO_OPERATION, RequestScope, withinRequest } from '#libs/platform';
import { ruleOf } from '../access.ts';
import { assertAllowed } from '../access-rules.ts';
import { GraphQLContext } from '../context.ts';
import type { ReportDefect, SchemaNames } from '../errors.ts';
import { formatError, namesOf } from '../errors.ts';
import type { ReadRecord } from '../shown-data.ts';
import type { Viewer } from '../viewer.ts';
import type { Connection } from './connection.ts';
import { SocketSubscription } from './connection.ts';
import { CloseCode, nextTail, SOCKET_LIMITS } from './protocol.ts';
import type { GroupDefinition, Rendering } from './subscriber.ts';
import type { BoundSubscription, SubscribeRequest, SubscriptionDocuments } from './subscription-document.ts';
import { RequestErrors } from './subscription-document.ts';
import type { SubscriptionHub } from './subscription-hub.ts';

export interface OperationsOptions {
  readonly schema: GraphQLSchema;
  readonly hub: SubscriptionHub;
  readonly documents: SubscriptionDocuments;
  /** Takes what subscribers are shown of people before they are. */
  readonly reads: ReadRecord;
  readonly report: ReportDefect;
  /** Told how every `subscribe` ended: the field where the schema has it, `OK` or the error's code, and how long it took. */
  readonly onOutcome?: (field: string, code: string, seconds: number) => void;
}

export class Operations {
  readonly #options: OperationsOptions;
  readonly #names: SchemaNames;

  constructor(options: OperationsOptions) {
    this.#options = options;
    this.#names = namesOf(options.schema);
  }

  async subscribe(connection: Connection, id: string, request: SubscribeRequest): Promise<void> {
    if (connection.subscriptions.has(id)) {
      connection.close(CloseCode.DUPLICATE_ID, 'Subscriber for this id already exists');
      return;
    }
    if (connection.subscriptions.size >= SOCKET_LIMITS.subscriptions) {
      connection.close(CloseCode.TOO_MUCH, 'Too many subscriptions');
      return;
    }
    const subscription = new SocketSubscription(connection, id, (of, error) => this.#fail(of, error));
    connection.subscriptions.set(id, subscription);
    const begun = performance.now();
    let field = NO_OPERATION;
    const outcome = (code: string) => this.#options.onOutcome?.(field, code, (performance.now() - begun) / SECOND);
    try {
      const bound = this.#options.documents.bind(request);
      field = bound.field.name.value;
      const definition = await this.#groupOf(bound, connection.viewer);
      if (subscription.hasEnded()) return;
      const subscriber = await this.#options.hub.subscribe(
        definition,
        subscription,
        bound.args['after'] as Position | undefined,
      );
      subscription.subscriber = subscriber;
      if (subscription.hasEnded()) this.#options.hub.unsubscribe(subscriber);
      outcome('OK');
    } catch (error) {
      outcome(this.#fail(subscription, error));
    }
  }

  /** The client wants no more of it. */
  complete(connection: Connection, id: string): void {
    const subscription = connection.subscriptions.get(id);
    if (subscription) this.#end(subscription);
  }

  completeAll(connection: Connection): void {
    for (const subscription of connection.subscriptions.values()) this.#end(subscription);
  }

  async #groupOf(bound: BoundSubscription, viewer: Viewer | undefined): Promise<GroupDefinition<Buffer>> {
    const { schema, hub } = this.#options;
    const name = bound.field.name.value;
    const field = schema.getSubscriptionType()?.getFields()[name];
    if (!field) throw new InvalidInput('This is not a field of Subscription.');
    const rule = ruleOf(field);
    assertAllowed(rule, viewer, undefined, bound.args);
    const source = hub.source(name);
    const { topic, scope } = await hub.listen(source, bound.args, viewer);
    return {
      key: JSON.stringify([bound.shape, topic, scope]),
      source,
      topic,
      args: bound.args,
      allows: (ofMember) => rule?.allows(ofMember, undefined, bound.args) ?? false,
      render: (payload, forViewer) => this.#render(bound, payload, forViewer),
    };
  }

  async #render(bound: BoundSubscription, payload: unknown, viewer: Viewer | undefined): Promise<Rendering<Buffer>> {
    const context = new GraphQLContext(viewer, 'subscription');
    const result = await execute({
      schema: this.#options.schema,
      document: bound.document,
      operationName: bound.operation.name?.value,
      rootValue: { [bound.field.name.value]: payload },
      contextValue: context,
      variableValues: bound.variables,
    });
    const { data, errors } = result;
    const message = nextTail(errors ? { data, errors: this.#formatted(errors) } : { data });
    const { shown } = context;
    if (shown.isEmpty) return { message };
    const through = [bound.field.name.value];
    const disclose = (viewers: readonly Viewer[]) =>
      this.#options.reads.write({ operation: 'subscription', through, viewers, shown });
    return { message, disclose };
  }

  /** Answers the code it failed with. */
  #fail(subscription: SocketSubscription, error: unknown): string {
    const { connection, id } = subscription;
    const errors = error instanceof RequestErrors ? error.errors : [error];
    const payload = withinRequest(new RequestScope(connection.requestId), () => this.#formatted(errors));
    const { code } = payload[0]?.extensions ?? {};
    if (!subscription.hasEnded()) {
      this.#end(subscription);
      connection.send({ id, type: 'error', payload });
    }
    return String(code);
  }

  #formatted(errors: readonly unknown[]): GraphQLFormattedError[] {
    return errors.map((error) => formatError(error, this.#options.report, this.#names));
  }

  #end(subscription: SocketSubscription): void {
    subscription.end();
    subscription.connection.subscriptions.delete(subscription.id);
    if (subscription.subscriber) this.#options.hub.unsubscribe(subscription.subscriber);
  }
}
