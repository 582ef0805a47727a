export type { PausedAt } from './event-failure.ts';
export { foldRow } from './fold-row.ts';
export { hashTables } from './hash-tables.ts';
export { ProjectionEngine } from './projection-engine.ts';
export type { AdvanceListener, ProjectionEngineOptions } from './projection-engine.ts';
export type {
  BuildStatus,
  EngineStatus,
  ProjectionState,
  Projections,
  ProjectionStatus,
  RebuildProgress,
  WaitOptions,
} from './projections.ts';
export type { Addition, Projection, RowSet } from './projection.ts';
export { physicalTable, shapeOf } from './physical-table.ts';
export { RowBatch } from './row-batch.ts';
export { counterTable, rowTable } from './table.ts';
export type { Cell, CounterTable, Row, RowTable, Table } from './table.ts';
export { LeaderLock } from './leadership/leader-lock.ts';
export type { LockSession } from './leadership/leader-lock.ts';
export type { LeadershipState } from './leadership/leadership.ts';
export { Projector } from './leadership/projector.ts';
export type { Duty } from './leadership/projector.ts';
export { RemoteProjections } from './remote-projections.ts';
export { skipEvent } from './skip-event.ts';
export { requireReadable } from './readable.ts';
