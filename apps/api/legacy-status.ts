// The status of a document that could not be executed, for clients of before GraphQL over HTTP: who asks for
// application/json alone is answered 200, as that specification advises, because such clients look for errors in the
// body and take another status for a failure on the way. Everybody else gets 400.
import type { ApolloServerPlugin } from '@apollo/server';

/** Of errors in the document or its variables; a request that is none, or may not be made, keeps its status. */
const ABOUT_THE_DOCUMENT: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'LIMIT_EXCEEDED',
  'BAD_USER_INPUT',
]);

export const LEGACY_STATUS: ApolloServerPlugin = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request: { http }, response }) => {
      const { body } = response;
      if (body.kind !== 'single' || response.http.status !== 400) return;
      const aboutTheDocument = body.singleResult.errors?.every(({ extensions }) =>
        ABOUT_THE_DOCUMENT.has(extensions?.['code']),
      );
      if (aboutTheDocument && asksForJsonAlone(http?.headers.get('accept'))) response.http.status = 200;
    },
  }),
};

function asksForJsonAlone(accept = ''): boolean {
  const types = accept.split(',').map((range) => range.split(';', 1).join('').trim().toLowerCase());
  return types.includes('application/json') && !types.includes('application/graphql-response+json');
}
