// What every process of the house stands on: which adapters its settings choose, the scopes' services over them, how a
// process begins and ends, and what it tells who watches it.
export { openBehindEntrance } from './behind-entrance.ts';
export { DRAFT, EVENTS_FILE, READ_MODELS_FILE } from './data-files.ts';
export { Quota, TrustedProxies } from './callers.ts';
export { endWith } from './client-error.ts';
export { answerJson, MOST_HEADERS } from './entrance.ts';
export type { Entrance } from './entrance.ts';
export { erasureListOf, erasureListSecret, repeatErasures } from './erasure-list.ts';
export { startErasing } from './erasing.ts';
export { personsIn } from './key-age.ts';
export { openFoundation } from './foundation.ts';
export type { Foundation, FoundationOptions } from './foundation.ts';
export type { Ground } from './ground.ts';
export { startProcess } from './process.ts';
export { erasureTimer, reactors } from './reactors.ts';
export { ReadinessCheck } from './readiness.ts';
export { openServerStore } from './scaled-out.ts';
export { SECURITY_HEADERS, STRICT_TRANSPORT_SECURITY } from './security-headers.ts';
export { CATEGORIES, PROJECTIONS } from './scopes.ts';
export { startServices } from './services.ts';
export type { Services } from './services.ts';
