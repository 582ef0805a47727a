// What a client learns of a failure, and that it never learns more.
import { describe, expect, it } from '@jest/globals';
import { buildSchema, getVariableValues, GraphQLError, parse, validate } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { Conflict, NotFound, Rejected, ServerUnavailable, Unavailable } from '#libs/kernel';
import { registerErrorCodes } from './error-code.ts';
import { formatError, namesOf } from './errors.ts';

const CANARY = '13900001111';

const reported: unknown[] = [];
const format = (error: unknown) => formatError(error, (_, defect) => reported.push(defect));
const thrownBy = (cause: Error) => new GraphQLError(cause.message, { path: ['field'], originalError: cause });

registerErrorCodes({ TEST_REFUSAL: 'Only for this test.' });

describe('an error of a resolver', () => {
  it('keeps the code and details of a foreseeable failure', () => {
    expect(format(thrownBy(new Conflict('Changed.', { currentRevision: 3 }))).extensions).toEqual({
      code: 'CONFLICT',
      details: { currentRevision: 3 },
    });
    expect(format(thrownBy(new NotFound('Not there.')))).toEqual({
      message: 'Not there.',
      path: ['field'],
      extensions: { code: 'NOT_FOUND' },
    });
    expect(format(thrownBy(new Unavailable('Later.'))).extensions?.['code']).toBe('UNAVAILABLE');
  });

  it('does not name the servers behind this one', () => {
    const failure = new ServerUnavailable('EventStoreDB at 10.1.2.3:2113 cannot be used.', { lasting: true });
    expect(format(thrownBy(failure))).toEqual({
      message: 'This cannot be served now. Try again shortly.',
      path: ['field'],
      extensions: { code: 'UNAVAILABLE' },
    });
  });

  it("has the domain's own code for a refusal", () => {
    const refusal = new Rejected({ code: 'TEST_REFUSAL', message: 'No.' });
    expect(format(thrownBy(refusal)).extensions).toEqual({ code: 'TEST_REFUSAL' });
  });

  it.each([
    ['a defect', new Error(`SQL: ${CANARY}`)],
    ['a refusal whose code is not in the schema', new Rejected({ code: 'UNHEARD_OF', message: CANARY })],
  ])('is masked when it is %s, and reported under an id', (_, cause) => {
    const before = reported.length;
    const formatted = format(thrownBy(cause));
    expect(formatted).toEqual({
      message: 'Internal error',
      path: ['field'],
      extensions: { code: 'INTERNAL', details: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) } },
    });
    expect(reported.slice(before)).toEqual([cause]);
  });

  it('is masked when a value of ours does not fit its own type', () => {
    const formatted = format(new GraphQLError(`Int cannot represent non-integer value: "${CANARY}"`, { path: ['n'] }));
    expect(formatted.extensions?.['code']).toBe('INTERNAL');
    expect(JSON.stringify(formatted)).not.toContain(CANARY);
  });
});

describe('an error of the request', () => {
  const schema = buildSchema(
    'enum Colour { RED } type Query { one(colour: Colour, count: Int, deep: Deep): Int } input Deep { count: Int! }',
  );
  const coded = (code: string, { message }: GraphQLError) => new GraphQLError(message, { extensions: { code } });

  it.each([
    `{ one(count: "${CANARY}") }`,
    `{ one(colour: "${CANARY}") }`,
    `{ one(colour: PHONE_${CANARY}) }`,
    `{ one(deep: { count: ${CANARY}${CANARY} }) }`,
  ])('never echoes a value of the document: %s', (document) => {
    const errors = validate(schema, parse(document));
    expect(errors).not.toHaveLength(0);
    for (const error of errors) {
      const formatted = format(coded('GRAPHQL_VALIDATION_FAILED', error));
      expect(formatted.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
      expect(JSON.stringify(formatted)).not.toContain(CANARY);
    }
  });

  it('names what the schema has, neither what the client made up nor what it may have meant', () => {
    const [error] = validate(schema, parse('{ onee }'));
    expect(error?.message).toContain('Did you mean');
    const { message } = formatError(coded('GRAPHQL_VALIDATION_FAILED', error!), () => undefined, namesOf(schema));
    expect(message).toBe('Cannot query field "…" on type "Query".');
  });

  it('names the field of a variable that does not fit, and never its value', () => {
    const { definitions } = parse('query ($deep: Deep) { one(deep: $deep) }');
    const { variableDefinitions = [] } = definitions[0] as OperationDefinitionNode;
    for (const count of [CANARY, { phone: CANARY }, `" at "${CANARY}`]) {
      const { errors } = getVariableValues(schema, variableDefinitions, { deep: { count } });
      const formatted = format(coded('BAD_USER_INPUT', errors![0]!));
      expect(formatted.extensions).toEqual({ code: 'BAD_USER_INPUT', details: { field: 'deep.count' } });
      expect(JSON.stringify(formatted)).not.toContain(CANARY);
    }
  });
});
