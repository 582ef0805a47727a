// Whether the process lives, and whether it can serve: for who watches it.
import type { Ground } from '#apps/foundation';
import { ReadinessCheck } from '#apps/foundation';
import type { Metrics } from '#libs/platform';
import type { HttpServer } from './http-server.ts';

/** @param refused why requests were refused lately, one sentence */
export function serveHealth(server: HttpServer, ground: Ground, refused: () => string | undefined): ReadinessCheck {
  const routes = server.getInstance();
  const readiness = new ReadinessCheck(ground, refused);
  routes.get('/livez', () => ({ status: 'live' }));
  routes.get('/readyz', async (_request, reply) => {
    const report = await readiness.report();
    void reply.code(report.status === 'ready' ? 200 : 503);
    return report;
  });
  return readiness;
}

/** What the process counts, for a scraper on this machine or behind a proxy that does not pass it on. */
export function serveMetrics(server: HttpServer, metrics: Metrics): void {
  server.getInstance().get('/metrics', async (_request, reply) => {
    void reply.header('content-type', metrics.contentType);
    return metrics.text();
  });
}
