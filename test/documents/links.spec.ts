// What a document points at exists: files it links to, and npm scripts and commands it tells the reader to run.
import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PATTERNS = [
  '*.md',
  'docs/**/*.md',
  'docker/*.md',
  'apps/**/*.md',
  'libs/**/*.md',
  'bench/**/*.md',
  'test/**/*.md',
];

const documents: string[] = [];
for await (const file of glob(PATTERNS, { cwd: ROOT })) documents.push(file);

/** Linked files of the repository; links to the web and within a page are left alone. */
function links(text: string): string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map((match) => match[1]!)
    .filter((link) => !/^[a-z]+:/.test(link));
}

function scripts(text: string): string[] {
  const named = [...text.matchAll(/npm run (?:-s |--silent )?([a-z][\w:-]*)/g)].map((match) => match[1]!);
  const short = [...text.matchAll(/npm (start|test)\b/g)].map((match) => match[1]!);
  return [...named, ...short];
}

/** What documents tell an operator to type behind the command line's name. */
function commands(text: string): string[] {
  return [...text.matchAll(/(?:npm run cli --|cli\/main\.js) ([a-z][\w-]*)/g)].map((match) => match[1]!);
}

const program = await readFile(join(ROOT, 'apps/cli/program.ts'), 'utf8');
const known = [...program.matchAll(/\.command\('([\w-]+)'\)/g)].map((match) => match[1]!);

describe.each(documents)('%s', (document) => {
  it('links to files that exist, and names scripts and commands that exist', async () => {
    const text = await readFile(join(ROOT, document), 'utf8');
    const { scripts: there } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect(links(text).filter((link) => !existsSync(join(ROOT, dirname(document), link)))).toEqual([]);
    expect(scripts(text).filter((name) => !(name in there))).toEqual([]);
    expect(commands(text).filter((name) => !known.includes(name))).toEqual([]);
  });
});

it('looks at every document', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'README.zh-CN.md', join('docs', 'README.md')]));
});

it('explains every npm script', async () => {
  const text = await readFile(join(ROOT, 'docs/reference/npm-scripts.md'), 'utf8');
  const there = Object.keys(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).scripts);
  expect(there.filter((name) => !scripts(text).includes(name))).toEqual([]);
});

it('knows the commands there are', () => {
  expect(known).toEqual(expect.arrayContaining(['import', 'export-events', 'import-events', 'areas']));
});
