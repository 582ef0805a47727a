// The projector as tests start it in process.
export { createProjector } from './application.ts';
export type { ProjectorApplication } from './application.ts';
