// What a client learns about a failure. Foreseeable failures keep their code and details; what graphql-js says about
// a wrong document or value is reworded so that no value comes back; the rest is masked and reported under an id.
import { randomUUID } from 'node:crypto';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { isInputObjectType, isObjectType } from 'graphql';
import type { JsonValue, KnownFailure } from '#libs/kernel';
import { currentRequest } from '#libs/platform';
import { assertNever, isKnownFailure, ServerUnavailable } from '#libs/kernel';
import type { GeneralErrorCode } from './error-code.ts';
import { isErrorCode } from './error-code.ts';

/** Takes what the client is not told: a defect, under the id the client is given, or a server that cannot be used. */
export type ReportDefect = (id: string, error: unknown) => void;

interface PublicError {
  readonly message: string;
  readonly code: string;
  readonly details: Readonly<Record<string, JsonValue>>;
}

const OUT_OF_REACH = 'This cannot be served now. Try again shortly.';

/** Names of the schema, which a message about a document may repeat; names a client made up are left out. */
export type SchemaNames = ReadonlySet<string>;

const NO_NAMES: SchemaNames = new Set();

/** What the client may know of an error: pure but for the report of a defect. */
function publicError(error: unknown, report: ReportDefect, names: SchemaNames): PublicError {
  const cause = causeOf(error);
  if (isKnownFailure(cause)) {
    const code = codeOf(cause);
    if (cause instanceof ServerUnavailable) {
      report(defectId(), cause);
      return { message: OUT_OF_REACH, code, details: {} };
    }
    if (isErrorCode(code)) return { message: cause.message, code, details: cause.details };
  } else if (isRequestError(error)) {
    return limitError(cause) ?? requestError(error, names);
  }
  const id = defectId();
  report(id, cause);
  return { message: 'Internal error', code: 'INTERNAL', details: { id } };
}

/** The request's own id, so that a defect is found from its answer's header as well as from its error. */
function defectId(): string {
  return currentRequest()?.id ?? randomUUID();
}

/** The error as it goes into a response's `errors`. */
export function formatError(
  error: unknown,
  report: ReportDefect,
  names: SchemaNames = NO_NAMES,
): GraphQLFormattedError {
  const { message, code, details } = publicError(error, report, names);
  const { locations, path } = error as GraphQLFormattedError;
  return {
    message,
    ...(locations ? { locations } : {}),
    ...(path ? { path } : {}),
    extensions: Object.keys(details).length > 0 ? { code, details } : { code },
  };
}

function codeOf(failure: KnownFailure): string {
  switch (failure.kind) {
    case 'rejected':
      return failure.code;
    case 'invalid-input':
      return 'BAD_USER_INPUT';
    case 'unauthenticated':
      return 'UNAUTHENTICATED';
    case 'not-permitted':
      return 'FORBIDDEN';
    case 'not-found':
      return 'NOT_FOUND';
    case 'conflict':
      return 'CONFLICT';
    case 'command-id-reused':
      return 'COMMAND_ID_REUSED';
    case 'rate-limited':
      return 'RATE_LIMITED';
    case 'unavailable':
      return 'UNAVAILABLE';
    default:
      return assertNever(failure);
  }
}

interface EngineError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** An error of graphql-js or Apollo about the request itself: it has no path, and nothing of ours below it. */
function isRequestError(error: unknown): error is EngineError {
  if (!(error instanceof Error) || !('locations' in error)) return false;
  return (error as { path?: unknown }).path === undefined && isEngineError(causeOf(error));
}

function isEngineError(error: unknown): boolean {
  return error instanceof Error && 'locations' in error;
}

function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error && 'originalError' in cause && cause.originalError) cause = cause.originalError;
  return cause;
}

const WORDING: Partial<Record<GeneralErrorCode, string>> = {
  GRAPHQL_PARSE_FAILED: 'Syntax error: this is not a GraphQL document.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema: a value in it is not of its type.',
  BAD_USER_INPUT: "A variable's value does not fit its type.",
  BAD_REQUEST: 'This is not a GraphQL request.',
  UNAUTHENTICATED: 'The access token is not, or no longer, good.',
};

/** What graphql-js and Apollo say where they have limits of their own. */
const LIMITS_OF_THE_ENGINE: readonly (readonly [RegExp, string])[] = [
  [/contains more that \d+ tokens/, 'The document has too many tokens.'],
  [/recursively requests too many selections/, 'The operation has too many selections.'],
  [/Maximum introspection depth exceeded/, 'The introspection is too deep.'],
];

/** A limit of our own; Apollo gives the error that carries it another code. */
function limitError(cause: unknown): PublicError | undefined {
  const { message, extensions } = cause as EngineError;
  const { code, details } = extensions ?? {};
  return code === 'LIMIT_EXCEEDED' ? { message, code, details: details as PublicError['details'] } : undefined;
}

function requestError(error: EngineError, names: SchemaNames): PublicError {
  const { code: given } = error.extensions ?? {};
  const limit = LIMITS_OF_THE_ENGINE.find(([said]) => said.test(error.message));
  if (limit) return { message: limit[1], code: 'LIMIT_EXCEEDED', details: {} };
  const code = isErrorCode(given) ? given : typeof given === 'string' ? 'BAD_REQUEST' : 'BAD_USER_INPUT';
  const message = code === 'GRAPHQL_VALIDATION_FAILED' ? namesOnly(error.message, names) : undefined;
  const field = code === 'BAD_USER_INPUT' ? fieldIn(error.message) : undefined;
  return {
    message: message ?? WORDING[code as GeneralErrorCode] ?? 'This is not a GraphQL request.',
    code,
    details: field === undefined ? {} : { field },
  };
}

const ABOUT_NAMES =
  /^(Cannot query field|Cannot spread fragment|Unknown (argument|type|fragment|directive|operation)|Field|Variable|Fragment|There can be only one|Subscription)\b/;
const QUOTED = /"([^"]*)"/g;
const NAME_OR_TYPE = /^[$@]?[\w.[\]!]{1,80}$/;

/**
 * The validator's message when all it quotes are names. Only names of the schema are repeated; the client knows its own
 * from the error's locations. Suggestions are left out.
 */
function namesOnly(message: string, names: SchemaNames): string | undefined {
  const [sentence = ''] = message.split(' Did you mean');
  const quoted = [...sentence.matchAll(QUOTED)].map(([, name = '']) => name);
  if (!ABOUT_NAMES.test(sentence) || !quoted.every((name) => NAME_OR_TYPE.test(name))) return undefined;
  return sentence.replaceAll(QUOTED, (text, name: string) => (isOfSchema(name, names) ? text : '"…"'));
}

/** A name, a type such as `[ID!]!`, or a place such as `Query.request`. */
function isOfSchema(name: string, names: SchemaNames): boolean {
  return name
    .replaceAll(/[[\]!@]/g, '')
    .split('.')
    .every((part) => names.has(part));
}

/** Every name a document may use without making one up. */
export function namesOf(schema: GraphQLSchema): SchemaNames {
  const types = Object.values(schema.getTypeMap());
  const outputs = types.filter(isObjectType).flatMap((type) => Object.values(type.getFields()));
  const inputs = types.filter(isInputObjectType).flatMap((type) => Object.values(type.getFields()));
  const directives = schema.getDirectives();
  const args = [...outputs, ...directives].flatMap((of) => of.args);
  return new Set([...types, ...outputs, ...inputs, ...directives, ...args].map(({ name }) => name));
}

/** The path graphql-js names in a coercion error, `at "input.commandId"`, else the variable. */
function fieldIn(message: string): string | undefined {
  const at = /^Variable "\$(\w{1,80})"(?:.* at "([\w.[\]]{1,160})")?/s.exec(message);
  const field = at?.[2] ?? at?.[1];
  // Variables have names a client chose; a number in one could be anybody's.
  return field !== undefined && /\d{4}/.test(field) ? undefined : field;
}
