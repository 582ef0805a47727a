// Tells the request it belongs to what a GraphQL operation is, and how it ended: by the schema's own names alone.
import type { ApolloServerPlugin, BaseContext, GraphQLRequestListener } from '@apollo/server';
import type { OperationDefinitionNode } from 'graphql';
import { Kind } from 'graphql';
import { currentRequest } from '#libs/platform';

/** What an operation is called that has several root fields, or has them in fragments. */
const SEVERAL = 'several';

export const WATCHED_OPERATIONS: ApolloServerPlugin = {
  requestDidStart: async (): Promise<GraphQLRequestListener<BaseContext>> => ({
    // The document has been found to fit the schema: a root field's name is one of the schema's.
    didResolveOperation: async ({ operation }) => {
      if (operation) currentRequest()?.turnsOut(rootFieldOf(operation), operation.operation);
    },
    willSendResponse: async ({ response: { body } }) => {
      const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
      const code = errors?.[0]?.extensions?.['code'];
      if (typeof code === 'string') currentRequest()?.failed(code);
    },
  }),
};

function rootFieldOf({ selectionSet: { selections } }: OperationDefinitionNode): string {
  const [first, ...others] = selections;
  return first?.kind === Kind.FIELD && others.length === 0 ? first.name.value : SEVERAL;
}
