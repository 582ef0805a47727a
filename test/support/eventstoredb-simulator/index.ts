// The simulator in this process, and in one of its own.
export { EventStoreSimulator, type SimulatorOptions } from './event-store-simulator.ts';
export type { SimulatedUser } from './cluster/access.ts';
export { certificateAuthorityFile, nodeCertificate } from './cluster/certificates.ts';
export type { Fault, FaultRequest, Faults, Method, WrongCheckpoint } from './cluster/faults.ts';
export type { Journal, MethodFigures } from './cluster/journal.ts';
export type { StoredEvent } from './log/stored-event.ts';
export { failures, type Failure } from './protocol/failures.ts';
export { type RemoteFault, SimulatorProcess } from './process/simulator-process.ts';
