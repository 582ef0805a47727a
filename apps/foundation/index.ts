// What every process of the house stands on: which adapters its settings choose, and the scopes' services over them.
export { EVENTS_FILE, openFoundation, READ_MODELS_FILE } from './foundation.ts';
export type { Foundation, FoundationOptions } from './foundation.ts';
export { startServices } from './services.ts';
export type { Services } from './services.ts';
