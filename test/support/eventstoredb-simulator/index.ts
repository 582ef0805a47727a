// The simulator in this process, and in one of its own.
export { EventStoreSimulator, type SimulatorOptions } from './event-store-simulator.ts';
export type { SimulatedUser } from './cluster/access.ts';
export { certificateAuthorityFile } from './cluster/certificates.ts';
export { type Fault, type FaultRequest, Faults, type Method, type WrongCheckpoint } from './cluster/faults.ts';
export { Journal, type MethodFigures } from './cluster/journal.ts';
export type { StoredEvent } from './log/stored-event.ts';
export { failures, type Failure } from './protocol/failures.ts';
export { type RemoteFault, SimulatorProcess } from './process/simulator-process.ts';
