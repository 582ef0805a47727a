// Person keys in a SQLite file: for apps/ and tests only; everything else speaks to the KeyStore port.
export { openKeyDatabase } from './sqlite-key-store.ts';
