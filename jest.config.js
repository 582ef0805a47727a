// Everything but the fault programme and what only several processes can show, which take minutes and have configurations
// of their own.
import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/{libs,apps,test,tools}/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/test/fault/', '/test/scaled-out/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/architecture/fixtures/'],
  // Nothing is timed by a test; this only ends one that hangs, also on a busy machine.
  testTimeout: 60_000,
  // Jest's own default leaves one of two cores idle.
  maxWorkers: Math.max(2, availableParallelism() - 1),
};
