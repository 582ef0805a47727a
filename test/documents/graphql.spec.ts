// Every GraphQL operation shown in a document is valid in the schema that is served.
import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const operations: [string, string][] = [];
for await (const file of glob(['*.md', 'docs/**/*.md', 'libs/**/*.md'], { cwd: ROOT })) {
  const text = readFileSync(join(ROOT, file), 'utf8');
  for (const [, code] of text.matchAll(/^```graphql\n(.*?)^```/gms))
    operations.push([`${file}: ${code!.split('\n')[0]!}`, code!]);
}

describe('GraphQL in documents', () => {
  const schema = buildSchema(readFileSync(join(ROOT, 'schema.graphql'), 'utf8'));

  it.each(operations)('%s', (_, code) => {
    expect(validate(schema, parse(code)).map((error) => error.message)).toEqual([]);
  });

  it('is found', () => {
    expect(operations.length).toBeGreaterThan(5);
  });
});
