// Chooses between traces and none; OpenTelemetry is loaded here and nowhere else.
import type { Tracing } from './tracing.ts';
import { NO_TRACING } from './tracing.ts';

/** @param endpoint of a collector, without `/v1/traces`; undefined for no traces at all */
export async function openTracing(endpoint: string | undefined, service: string): Promise<Tracing> {
  if (endpoint === undefined) return NO_TRACING;
  const { OpenTelemetryTracing } = await import('./open-telemetry.ts');
  return new OpenTelemetryTracing(endpoint, service);
}
