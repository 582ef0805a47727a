// Tables of keys.db, step by step; steps are only ever added at the end.
import type { Migrations } from '#libs/platform';

export const KEY_SCHEMA: Migrations = {
  name: 'key database',
  steps: [
    `CREATE TABLE vault (
       id INTEGER PRIMARY KEY CHECK (id = 1),
       wrapVersion INTEGER NOT NULL,
       wrappedRoot BLOB NOT NULL
     ) STRICT;
     CREATE TABLE personKeys (
       person TEXT PRIMARY KEY,
       keyVersion INTEGER NOT NULL,
       wrapVersion INTEGER NOT NULL,
       wrapped BLOB,
       erasedAt TEXT,
       CHECK ((wrapped IS NULL) = (erasedAt IS NOT NULL))
     ) STRICT, WITHOUT ROWID`,
    // Erasures are counted, so that whoever holds keys in memory can ask which to forget.
    `ALTER TABLE vault ADD COLUMN erasures INTEGER NOT NULL DEFAULT 0;
     ALTER TABLE personKeys ADD COLUMN erasure INTEGER;
     CREATE INDEX personKeysErased ON personKeys (erasure) WHERE erasure IS NOT NULL`,
    // What a person is found by lies in the row of the key, so that both go in one statement.
    `ALTER TABLE personKeys ADD COLUMN lookup BLOB CHECK (lookup IS NULL OR wrapped IS NOT NULL);
     CREATE INDEX personKeysLookup ON personKeys (lookup) WHERE lookup IS NOT NULL`,
  ],
};
