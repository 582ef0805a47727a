// Tables of the person keys in PostgreSQL, step by step; steps are only ever added at the end. `vault` keeps its columns
// for good, since every version looks into it before it knows which version wrote it.
import type { PostgresMigrations } from '#libs/platform/sql/postgres';

export const KEY_SCHEMA: PostgresMigrations = {
  name: 'person keys',
  steps: [
    `CREATE TABLE vault (
       id integer PRIMARY KEY CHECK (id = 1),
       "wrapVersion" integer NOT NULL,
       "wrappedRoot" bytea NOT NULL,
       erasures bigint NOT NULL DEFAULT 0
     );
     CREATE TABLE "personKeys" (
       person text COLLATE "C" PRIMARY KEY,
       "keyVersion" integer NOT NULL,
       "wrapVersion" integer NOT NULL,
       wrapped bytea,
       "erasedAt" text,
       erasure bigint,
       CHECK ((wrapped IS NULL) = ("erasedAt" IS NOT NULL))
     );
     CREATE INDEX "personKeysErased" ON "personKeys" (erasure) WHERE erasure IS NOT NULL`,
    // What a person is found by lies in the row of the key, so that both go in one statement.
    `ALTER TABLE "personKeys" ADD COLUMN lookup bytea CHECK (lookup IS NULL OR wrapped IS NOT NULL);
     CREATE INDEX "personKeysLookup" ON "personKeys" (lookup) WHERE lookup IS NOT NULL`,
  ],
};
