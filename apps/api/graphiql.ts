// The GraphQL explorer at /graphiql: the files of its bundle, read once, nothing from outside, not to be framed.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '#libs/platform';
import type { HttpServer } from './http-server.ts';

const BUNDLE = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/graphiql' : '../../graphiql', import.meta.url),
);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};

const HEADERS = {
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
    "font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

export function serveGraphiql(server: HttpServer, logger: Logger, bundle = BUNDLE): void {
  const files = readBundle(bundle);
  const index = files.get('index.html');
  if (!index) {
    logger.warn('the GraphQL explorer is not built; npm run build makes it');
    return;
  }
  const routes = server.getInstance();
  routes.get('/graphiql', (_request, reply) => reply.redirect('/graphiql/'));
  routes.get<{ Params: { '*': string } }>('/graphiql/*', (request, reply) => {
    const name = request.params['*'] || 'index.html';
    const file = files.get(name);
    if (!file) {
      reply.callNotFound();
      return;
    }
    const caching = name === 'index.html' ? 'no-cache' : 'public, max-age=31536000, immutable';
    void reply.headers({
      ...HEADERS,
      'cache-control': caching,
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
    });
    void reply.send(file);
  });
}

function readBundle(directory: string): ReadonlyMap<string, Buffer> {
  try {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = entries.map((entry) => join(entry.parentPath, entry.name));
    return new Map(paths.map((path) => [relative(directory, path).replaceAll('\\', '/'), readFileSync(path)]));
  } catch {
    return new Map();
  }
}
