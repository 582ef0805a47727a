// Traces by OpenTelemetry, sent to a collector in batches by OTLP over HTTP. A collector that is not there costs nothing
// but the spans. Nothing is registered globally: several of these may live in one process.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Span } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { TraceAttributes, TracedRequest, Tracing } from './tracing.ts';

/** What is being traced here: replaced when a request turns out to be an operation. */
interface Place {
  span: Span;
}

/** A collector that hangs holds up the end of the process no longer. */
const EXPORT_WITHIN_MS = 2_000;

export class OpenTelemetryTracing implements Tracing {
  readonly #provider: TracerProvider;
  readonly #tracer;
  readonly #places = new AsyncLocalStorage<Place>();

  constructor(endpoint: string, service: string) {
    const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: EXPORT_WITHIN_MS });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': service }),
      spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: EXPORT_WITHIN_MS })],
    });
    this.#tracer = this.#provider.getTracer('bangbangwo');
  }

  request(name: string, traceparent: string | undefined): TracedRequest {
    const request = this.#tracer.startSpan(name, { kind: SpanKind.SERVER }, callerOf(traceparent));
    const place: Place = { span: request };
    return {
      run: (work) => this.#places.run(place, work),
      operation: (operation, kind) => {
        const attributes = { 'graphql.operation.type': kind, 'graphql.root.field': operation };
        place.span = this.#tracer.startSpan(`operation ${operation}`, { attributes }, within(request));
      },
      end: (attributes, failed) => {
        for (const span of new Set([place.span, request])) finish(span, attributes, failed);
      },
    };
  }

  async part<T>(name: string, attributes: TraceAttributes, work: () => Promise<T>): Promise<T> {
    const outer = this.#places.getStore();
    const span = this.#tracer.startSpan(name, { attributes: { ...attributes } }, outer && within(outer.span));
    try {
      const result = await this.#places.run({ span }, work);
      finish(span, {}, false);
      return result;
    } catch (error) {
      finish(span, {}, true);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#provider.shutdown();
  }
}

function finish(span: Span, attributes: TraceAttributes, failed: boolean): void {
  span.setAttributes({ ...attributes });
  // A status without a message: what an error says may quote what was sent.
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function within(span: Span): Context {
  return trace.setSpan(ROOT_CONTEXT, span);
}

const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/;

/** The caller's span as W3C Trace Context writes it; the beginning of a trace for anything else. */
function callerOf(traceparent: string | undefined): Context {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId)) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
