export { openTracing } from './open-tracing.ts';
export type { TraceAttributes, TracedRequest, Tracing } from './tracing.ts';
