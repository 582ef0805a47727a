// The event store as the rest of the house sees it: the port, the codec between it and typed events, and its failures.
export { defineCodec, formatSealed, parseSealed } from './codec.ts';
export type {
  DecodedEvent,
  EncodeContext,
  EventCodec,
  EventDefinition,
  EventDefinitions,
  Findable,
  PersonalDataSealer,
  PersonalField,
  SealedPlace,
  SealText,
} from './codec.ts';
export {
  EventIdReused,
  InvalidPosition,
  requireNext,
  StreamDeleted,
  UnreadableEvent,
  WrongExpectedRevision,
} from './errors.ts';
export { deterministicId } from './deterministic-id.ts';
export type {
  AppendOptions,
  AppendResult,
  EventStore,
  ExpectedRevision,
  LogPage,
  NewEvent,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  StreamPage,
} from './port.ts';
export { SoleWriterStore } from './sole-writer-store.ts';
export { WakeupSignal } from './wakeup-signal.ts';
