// What a document points at exists: files it links to, and npm scripts it tells the reader to run.
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

describe.each(documents)('%s', (document) => {
  it('links to files that exist, and names scripts that exist', async () => {
    const text = await readFile(join(ROOT, document), 'utf8');
    const known = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).scripts;
    expect(links(text).filter((link) => !existsSync(join(ROOT, dirname(document), link)))).toEqual([]);
    expect(scripts(text).filter((name) => !(name in known))).toEqual([]);
  });
});

it('looks at every document', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'README.zh-CN.md', join('docs', 'README.md')]));
});

it('explains every npm script', async () => {
  const text = await readFile(join(ROOT, 'docs/reference/npm-scripts.md'), 'utf8');
  const known = Object.keys(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).scripts);
  expect(known.filter((name) => !scripts(text).includes(name))).toEqual([]);
});
