// Whether the process lives, and whether it can serve: for who watches it.
import type { Ground } from '#apps/foundation';
import { ReadinessCheck } from '#apps/foundation';
import type { HttpServer } from './http-server.ts';

/** @param refused why requests were refused lately, one sentence */
export function serveHealth(server: HttpServer, ground: Ground, refused: () => string | undefined): void {
  const routes = server.getInstance();
  const readiness = new ReadinessCheck(ground, refused);
  routes.get('/livez', () => ({ status: 'live' }));
  routes.get('/readyz', async (_request, reply) => {
    const report = await readiness.report();
    void reply.code(report.status === 'ready' ? 200 : 503);
    return report;
  });
}
