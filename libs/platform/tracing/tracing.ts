// Traces: which work a request led to, and how long each part took. Names and numbers of the code's own only; no values, no
// ids of people. Nothing of OpenTelemetry is loaded unless a collector is named.

/** Values the code itself chooses: names of fields, codes, counts. */
export type TraceAttributes = Readonly<Record<string, string | number | boolean>>;

/** One request being traced. */
export interface TracedRequest {
  /** Runs what belongs to it. */
  run<T>(work: () => T): T;
  /** From now on what is done belongs to this operation of the request. */
  operation(name: string, kind: string): void;
  end(attributes: TraceAttributes, failed: boolean): void;
}

export interface Tracing {
  /** @param traceparent the caller's place in a trace of its own, as W3C Trace Context writes it */
  request(name: string, traceparent: string | undefined): TracedRequest;
  /** Does the work as a part of what is being traced, or as a trace of its own. */
  part<T>(name: string, attributes: TraceAttributes, work: () => Promise<T>): Promise<T>;
  /** Sends what has not been sent. */
  close(): Promise<void>;
}

const UNTRACED: TracedRequest = { run: (work) => work(), operation: () => undefined, end: () => undefined };

export const NO_TRACING: Tracing = {
  request: () => UNTRACED,
  part: (_name, _attributes, work) => work(),
  close: () => Promise.resolve(),
};
