// Every code a client can meet, as an enum of the schema. Scopes add the codes of their refusals when they are
// loaded, before the schema is built; a refusal whose code is not here is treated as a defect.
import { registerEnumType } from '@nestjs/graphql';

const GENERAL = {
  BAD_USER_INPUT: 'A value cannot be understood; `details.field` names it where one is to blame.',
  UNAUTHENTICATED: 'No access token, or one that is no longer good.',
  FORBIDDEN: 'Signed in, but not allowed.',
  NOT_FOUND: 'It does not exist, or not for this viewer.',
  CONFLICT: 'It was changed since it was read; `details.currentRevision` is its revision now.',
  COMMAND_ID_REUSED: 'The command id was used before for another command.',
  RATE_LIMITED: 'Too many attempts; try later.',
  UNAVAILABLE:
    'This cannot be served now; nothing was done but the fields of a mutation that `details.done` names. The same command can be sent again, and takes effect once.',
  LIMIT_EXCEEDED: 'The operation is too large or too deep; `details.limit` is the limit.',
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema.',
  BAD_REQUEST: 'The HTTP request or WebSocket message is not one of GraphQL.',
  INTERNAL: 'A defect; `details.id` is in the log.',
} as const;

export type GeneralErrorCode = keyof typeof GENERAL;

/** Keys equal values. Grows until the schema is built. */
export const ErrorCode: Record<string, string> = {};
const descriptions: Record<string, { description: string }> = {};

registerEnumType(ErrorCode, {
  name: 'ErrorCode',
  description: 'What `extensions.code` of an error can be.',
  valuesMap: descriptions,
});

/** Adds a scope's codes with a sentence for each. Adding a code twice with the same sentence is harmless. */
export function registerErrorCodes(codes: Readonly<Record<string, string>>): void {
  for (const [code, description] of Object.entries(codes)) {
    const known = descriptions[code]?.description;
    if (known !== undefined && known !== description)
      throw new Error(`Error code ${code} is registered twice with different meanings`);
    ErrorCode[code] = code;
    descriptions[code] = { description };
  }
}

export function isErrorCode(code: unknown): code is string {
  return typeof code === 'string' && Object.hasOwn(ErrorCode, code);
}

registerErrorCodes(GENERAL);
