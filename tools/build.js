// Brings dist/ up to date: the server and command line with tsc, the GraphQL explorer with Vite. Does nothing, in
// a few milliseconds, when no input has changed since the last success. Plain JavaScript, so that any Node runs it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const shared = ['package.json', 'package-lock.json', 'tsconfig.json', 'tools/build.js'];

/** Each step: what it reads, what must exist afterwards, and the command, run with this very Node. */
const steps = [
  {
    name: 'server',
    inputs: [...shared, 'tsconfig.build.json', 'apps', 'libs'],
    ignores: /^apps\/graphiql\/|\.spec\.ts$/,
    output: 'dist/apps',
    command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
  },
  {
    name: 'explorer',
    inputs: [...shared, 'apps/graphiql'],
    ignores: /\.spec\.ts$/,
    output: 'dist/graphiql/index.html',
    command: [
      'node_modules/vite/bin/vite.js',
      'build',
      '--logLevel',
      'warn',
      '--config',
      'apps/graphiql/vite.config.ts',
    ],
  },
];

function files(path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [path];
  return readdirSync(absolute, { recursive: true })
    .map((name) => `${path}/${name.replaceAll('\\', '/')}`)
    .filter((file) => statSync(join(root, file)).isFile());
}

function fingerprint(step) {
  const hash = createHash('sha256');
  for (const file of step.inputs.flatMap(files).sort()) {
    if (!step.ignores.test(file))
      hash
        .update(file)
        .update('\0')
        .update(readFileSync(join(root, file)))
        .update('\0');
  }
  return hash.digest('hex');
}

for (const step of steps) {
  const stamp = join(root, 'dist', `.built-${step.name}`);
  const wanted = fingerprint(step);
  const upToDate = existsSync(stamp) && existsSync(join(root, step.output)) && readFileSync(stamp, 'utf8') === wanted;
  if (upToDate) continue;
  process.stderr.write(`Building the ${step.name} …\n`);
  // Standard output stays free for the command that follows the build.
  const result = spawnSync(process.execPath, step.command, { cwd: root, stdio: ['ignore', process.stderr, 'inherit'] });
  if (result.status !== 0) process.exit(result.status ?? 1);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}
