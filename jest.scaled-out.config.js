// The end-to-end suite once more, and what only several processes can show, against API processes and projectors over an
// event store and a PostgreSQL server: the one TEST_DATABASE_URL names, or one started for the run. So does everything
// that touches PostgreSQL and otherwise runs on PGlite.
import config from './jest.config.js';

// Tells the harness, in every worker, what to start.
process.env.TOPOLOGY = 'scaled-out';

/** @type {import('jest').Config} */
export default {
  ...config,
  globalSetup: './test/support/postgres-for-tests/start.ts',
  globalTeardown: './test/support/postgres-for-tests/stop.ts',
  testMatch: [
    '<rootDir>/test/{e2e,scaled-out}/**/*.spec.ts',
    '<rootDir>/libs/{platform,privacy}/**/postgres/*.spec.ts',
    '<rootDir>/libs/{platform/rate-limits,projections}/**/*.spec.ts',
    '<rootDir>/libs/*/read-models/*.spec.ts',
  ],
  // What is about one process: its edge, what its schema says of rights, its data directory and its command line.
  testPathIgnorePatterns: [
    '/node_modules/',
    '/dist/',
    'e2e/(accept-race|command-line|contact-window|data-directory|demo|external-issuer|field-rules|forged-tokens|graphql-over-http|health|hostile-http|hostile-sockets|http|http-bounds|http-commands|http-headers|http-rights|ordered-end|process|resumed-offers|schema-walk|tutorial|watching)\\.spec\\.ts$',
  ],
  // Every file starts four processes, which wait more than they work.
  maxWorkers: 2,
  testTimeout: 120_000,
};
