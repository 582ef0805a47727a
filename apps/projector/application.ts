// The whole projector as one object. Several run at a time: one leads, makes the read models and does what only one
// process may do; the others stand by, each ready to lead within a second. Over HTTP it only answers who watches it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Foundation, FoundationOptions } from '#apps/foundation';
import {
  answerJson,
  openBehindEntrance,
  reactors,
  ReadinessCheck,
  SECURITY_HEADERS,
  startServices,
} from '#apps/foundation';
import { InvalidInput } from '#libs/kernel';
import type { Metrics, Settings } from '#libs/platform';
import { scaledOut } from '#libs/platform';

export interface ProjectorApplication {
  readonly foundation: Foundation;
  /** Where `/livez`, `/readyz` and `/metrics` are, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Makes way for another one, then closes everything. True when all of it closed in time. */
  close(): Promise<boolean>;
}

/**
 * Listens from the beginning, waits for servers that are not there yet, and resolves once it contends for leading.
 *
 * @throws Unavailable or InvalidInput with one sentence for the operator; nothing stays open then
 */
export async function createProjector(
  settings: Settings,
  options: FoundationOptions = {},
): Promise<ProjectorApplication> {
  if (!scaledOut(settings)) throw new InvalidInput(NOT_NEEDED);
  const { foundation, entrance } = await openBehindEntrance(settings, { ...options, role: 'projector' });
  const { shutdown, logger, metrics } = foundation;
  try {
    const services = await startServices(foundation);
    foundation.whileLeading(reactors(foundation, services));
    foundation.projector?.start();
    const readiness = new ReadinessCheck(foundation);
    shutdown.add('readiness', () => readiness.stop());
    entrance.serve((request, response) => {
      answer({ readiness, metrics: settings.metrics ? metrics : undefined }, request, response).catch(
        (error: unknown) => {
          logger.failure('a request failed', error);
          response.destroy();
        },
      );
    });
    return { foundation, url: entrance.url, close: () => shutdown.run() };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

const NOT_NEEDED =
  'A projector serves API processes that share an event store and a database: set EVENTSTORE_URL and DATABASE_URL. With a data directory, the server makes its read models itself.';

interface Watchers {
  readonly readiness: ReadinessCheck;
  readonly metrics: Metrics | undefined;
}

async function answer(
  { readiness, metrics }: Watchers,
  { url }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = url?.split('?')[0];
  if (path === '/readyz') {
    const report = await readiness.report();
    answerJson(response, report.status === 'ready' ? 200 : 503, report);
  } else if (path === '/metrics' && metrics) {
    const text = await metrics.text();
    response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': metrics.contentType }).end(text);
  } else if (path === '/livez') answerJson(response, 200, { status: 'live' });
  else answerJson(response, 404, { status: 'There is nothing here.' });
}
