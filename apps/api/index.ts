// The server as others start it: the command line's demo and the end-to-end tests.
export { createApplication } from './application.ts';
export type { Application } from './application.ts';
export { EVENTS_FILE, openFoundation, READ_MODELS_FILE } from './foundation.ts';
export type { Foundation, FoundationOptions } from './foundation.ts';
export { startServices } from './services.ts';
export type { Services } from './services.ts';
