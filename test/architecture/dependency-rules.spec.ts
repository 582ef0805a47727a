// The dependency rules hold in the code, and each of them would notice being broken: the fixtures break every rule once.
import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url));

interface Report {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

/** Every way a rule is broken under `directory`, as "rule: file → what it imports". */
async function cruise(directory: string, ...folders: string[]): Promise<{ broken: string[]; modules: number }> {
  const binary = `${ROOT}node_modules/dependency-cruiser/bin/dependency-cruiser.mjs`;
  const config = `${ROOT}.dependency-cruiser.cjs`;
  const args = [binary, '--config', config, '--output-type', 'json', ...folders];
  const json = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, { cwd: directory, maxBuffer: 64 << 20 }, (error, stdout) => {
      // The exit code counts the violations, so only a run without any answer is a failure.
      if (stdout === '' && error) reject(new Error(error.message));
      else resolve(stdout);
    });
  });
  const { summary } = JSON.parse(json) as Report;
  return {
    broken: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).sort(),
    modules: summary.totalCruised,
  };
}

describe('the dependency rules', () => {
  it('hold in the code', async () => {
    const { broken, modules } = await cruise(ROOT, 'apps', 'libs', 'test', 'bench');
    expect(broken).toEqual([]);
    expect(modules).toBeGreaterThan(50);
  }, 60_000);

  it('each catch their fixture, and nothing else there', async () => {
    const { broken } = await cruise(FIXTURES, 'apps', 'libs');
    expect(broken.map((line) => line.replace(/[^ ]*node_modules\/((@[^/]+\/)?[^/]+)\/.*$/, '$1'))).toEqual(
      [
        'domain-imports-only-kernel: libs/requests/domain/clock.decider.ts → crypto',
        'domain-imports-only-kernel: libs/requests/domain/nest.decider.ts → @nestjs/common',
        'nest-and-graphql-at-the-edge: libs/requests/domain/nest.decider.ts → @nestjs/common',
        'nest-and-graphql-at-the-edge: libs/requests/read-models/nested-list.projection.ts → graphql',
        'application-knows-only-the-buses: libs/requests/application/request.handlers.ts → @nestjs/graphql',
        'adapters-at-the-root: libs/requests/application/store.handlers.ts → libs/event-store/sqlite/index.ts',
        'adapters-at-the-root: libs/requests/application/keys.handlers.ts → libs/privacy/postgres/index.ts',
        'application-reads-no-read-model: libs/requests/application/list.handlers.ts → libs/requests/read-models/request-list.projection.ts',
        'read-models-know-no-application: libs/requests/read-models/handled-list.projection.ts → libs/requests/application/request.desk.ts',
        'codec-knows-only-events: libs/requests/codec/request.codec.ts → libs/requests/application/request.desk.ts',
        'read-models-apart: libs/requests/read-models/task-board.projection.ts → libs/requests/read-models/request-list.projection.ts',
        'scopes-meet-at-the-index: libs/requests/application/volunteer.desk.ts → libs/volunteers/domain/volunteer.state.ts',
        'no-deep-imports-from-outside: apps/api/main.ts → libs/volunteers/domain/volunteer.state.ts',
        'libs-know-no-app: libs/requests/graphql/app.type.ts → apps/api/settings.ts',
        'test-code-knows-only-test-support: libs/requests/testing/settings.ts → apps/api/settings.ts',
        'no-cycles: libs/requests/graphql/request.type.ts → libs/requests/graphql/ring.type.ts',
        'everything-resolves: libs/requests/graphql/lost.type.ts → ./nowhere.ts',
      ].sort(),
    );
  }, 60_000);
});
