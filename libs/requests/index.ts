// Requests: what residents ask for, and how it is handled to the end.
export { OfferExpiry } from './application/offer-expiry.ts';
export type { OfferExpiryOptions } from './application/offer-expiry.ts';
export { requestAggregate } from './application/request.aggregate.ts';
export { newRequestId, RequestDesk } from './application/request.desk.ts';
export type { Order, RaiseDetails } from './application/request.orders.ts';
export type { Channel, Satisfaction } from './domain/request.events.ts';
export type { RequestStatus } from './domain/request.state.ts';
export { requestListProjection } from './read-models/request-list.projection.ts';
export { RequestQueries } from './read-models/request-list.query.ts';
export type { RequestViews } from './read-models/request-list.query.ts';
export type { RequestRow } from './read-models/request-list.tables.ts';
export { ResolutionQueries } from './read-models/resolution.query.ts';
export type { Tally } from './read-models/resolution.query.ts';
export { taskBoardProjection } from './read-models/task-board.projection.ts';
export { TaskQueries } from './read-models/task-board.query.ts';
export type { TaskViews } from './read-models/task-board.query.ts';
