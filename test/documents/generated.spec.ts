// Documents made from code say what the code says now.
import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { generatedDocuments } from '../../tools/settings-reference.ts';

describe('generated documents', () => {
  it.each(Object.entries(generatedDocuments()))('%s is up to date (npm run docs writes it)', async (path, text) => {
    expect(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(text);
  });
});
