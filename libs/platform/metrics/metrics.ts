// What a process counts and times, in the form of Prometheus. Every label has few values that the code itself names:
// nothing a client sends, no id, address or person can become one.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type AppendOutcome = 'appended' | 'duplicate' | 'conflict' | 'failed';

/** A gauge's value now, with the values of its labels. */
export interface Reading {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

const DENIALS: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'FORBIDDEN']);
/** Seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class Metrics {
  readonly #registry = new Registry();
  readonly #operations = this.#counter('operations_total', 'GraphQL operations by root field and outcome.', [
    'operation',
    'code',
  ]);
  readonly #durations = new Histogram({
    name: 'bangbangwo_operation_duration_seconds',
    help: 'Time from a request to its answer, by root field.',
    labelNames: ['operation'],
    buckets: BUCKETS,
    registers: [this.#registry],
  });
  readonly #denials = this.#counter('denials_total', 'What was refused for want of a sign-in or a right.', ['code']);
  readonly #appends = this.#counter('appends_total', 'Appends to the log by outcome.', ['outcome']);
  readonly #events = this.#counter('events_appended_total', 'Events appended to the log.', []);
  readonly #closes = this.#counter('socket_closes_total', 'Sockets of subscriptions that ended, by close code.', [
    'code',
  ]);
  readonly #disclosures = this.#counter('personal_data_reads_total', 'Persons whose data were shown.', []);
  readonly #reuses = this.#counter('refresh_token_reuses_total', 'Sessions ended because an old token came back.', []);
  readonly #unusual = this.#counter(
    'unusual_reading_total',
    'Accounts that read of unusually many people within an hour.',
    [],
  );

  readonly #looks: (() => Promise<void>)[] = [];

  /** Also measures the process itself: event loop, memory, processor time. */
  measureProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** @param code `OK`, or the code of the first error */
  operation(operation: string, code: string, seconds: number): void {
    this.#operations.inc({ operation, code });
    this.#durations.observe({ operation }, seconds);
    if (DENIALS.has(code)) this.denied(code);
  }

  denied(code: string): void {
    this.#denials.inc({ code });
  }

  /** @param events how many the append offered */
  append(outcome: AppendOutcome, events: number): void {
    this.#appends.inc({ outcome });
    if (outcome === 'appended') this.#events.inc(events);
  }

  /** @param code the protocol's own ones, or `other` */
  socketClosed(code: string): void {
    this.#closes.inc({ code });
  }

  personalDataRead(persons: number): void {
    this.#disclosures.inc(persons);
  }

  refreshTokenReused(): void {
    this.#reuses.inc();
  }

  unusualReading(): void {
    this.#unusual.inc();
  }

  /** Values that one look answers together, whenever the metrics are read. */
  gauges(
    descriptions: readonly { readonly name: string; readonly help: string; readonly labels?: readonly string[] }[],
    read: () => Promise<Readonly<Record<string, readonly Reading[]>>>,
  ): void {
    const made = descriptions.map(({ name, help, labels = [] }) => {
      const gauge = new Gauge({ name: `bangbangwo_${name}`, help, labelNames: [...labels], registers: [] });
      return [name, gauge] as const;
    });
    const look = async () => {
      const readings = await read();
      for (const [name, gauge] of made) {
        gauge.reset();
        for (const { labels = {}, value } of readings[name] ?? []) gauge.set(labels, value);
      }
    };
    this.#looks.push(look);
    for (const [, gauge] of made) this.#registry.registerMetric(gauge);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The page a scraper reads. */
  async text(): Promise<string> {
    await Promise.all(this.#looks.map((look) => look()));
    return this.#registry.metrics();
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name: `bangbangwo_${name}`, help, labelNames, registers: [this.#registry] });
  }
}
