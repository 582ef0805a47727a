// The fault programme: kills, full disks and races against real processes. FAULT_KILLS and RACE_TASKS say how much.
import config from './jest.config.js';

/** @type {import('jest').Config} */
export default {
  ...config,
  globalSetup: './test/support/postgres-for-tests/start.ts',
  globalTeardown: './test/support/postgres-for-tests/stop.ts',
  testMatch: ['<rootDir>/test/fault/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  // One at a time: the programme kills and starts processes of its own.
  maxWorkers: 1,
};
