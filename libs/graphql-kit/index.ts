// GraphQL the way every scope speaks it: access rules, scalars, inputs, connections, errors, context.
export { Access, anyone, inherited, itsVolunteer, personal, personalTo, roles, signedIn, worksWith } from './access.ts';
export type { AccessRule, PersonalRight } from './access.ts';
export { applyAccessRules, fieldsWithoutRule, personalFields } from './access-rules.ts';
export { CommandContexts } from './command-contexts.ts';
export type { CommandSurroundings } from './command-contexts.ts';
export { CommandInput, CreationInput, IsId } from './command-input.ts';
export { connectionOf, ConnectionArgs, pageOf, pageRequest } from './connection.ts';
export type { Connection, Edge, PageRequest } from './connection.ts';
export { GraphQLContext } from './context.ts';
export { ErrorCode, registerErrorCodes } from './error-code.ts';
export type { GeneralErrorCode } from './error-code.ts';
export { formatError, namesOf } from './errors.ts';
export type { ReportDefect, SchemaNames } from './errors.ts';
export { InputValidation } from './input-validation.ts';
export { limitDocuments, MOST_TOKENS } from './limits.ts';
export { PersonalTexts } from './personal-texts.ts';
export type { OpenedText, Reader, TextOpener } from './personal-texts.ts';
export { PlainText } from './plain-text.ts';
export type { PlainTextRule } from './plain-text.ts';
export { requestedFields } from './requested-fields.ts';
export { rootFieldsOf } from './root-fields.ts';
export { DateTime, LocalDate, Position } from './scalars.ts';
export { ShownData } from './shown-data.ts';
export type { Disclosure, ReadRecord, ShownGroup } from './shown-data.ts';
export type { Authenticator, Grant, Viewer } from './viewer.ts';
export { CLOCK, PROJECTIONS, RATE_LIMITS, READ_MODELS, UNUSUAL_READING } from './tokens.ts';
export type { ProjectionGate } from './tokens.ts';
export { Operations, SubscriptionDocuments, SubscriptionHub, SubscriptionServer } from './subscriptions/index.ts';
export type {
  Delivery,
  Listening,
  SubscriptionArgs,
  SubscriptionServerOptions,
  SubscriptionSource,
  ViewerChanges,
} from './subscriptions/index.ts';
export { bearerToken } from './bearer-token.ts';
