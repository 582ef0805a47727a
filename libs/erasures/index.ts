// Erasing persons: what was asked, approved, held and carried out, and how it is carried out.
export { erasureAggregate } from './application/erasure.aggregate.ts';
export { ErasureDesk } from './application/erasure.desk.ts';
export { Eraser } from './application/eraser.ts';
export type { EraserParts } from './application/eraser.ts';
export { ErasureTimer } from './application/erasure-timer.ts';
export type { ByteSearch, ErasureRecord, Subjects } from './application/ports.ts';
export { erasureCodec } from './codec/erasure.codec.ts';
export type { SubjectFacts } from './domain/erasure.commands.ts';
export { SUBJECT_KINDS } from './domain/erasure.events.ts';
export type { ErasureEvent, PersonKeyDestroyed, Subject } from './domain/erasure.events.ts';
export { isUnderWay } from './domain/erasure.state.ts';
export { erasureListProjection } from './read-models/erasure-list.projection.ts';
export { ErasureQueries } from './read-models/erasure-list.query.ts';
export type { ErasureViews } from './read-models/erasure-list.query.ts';
