// Who read whose personal data, when and through what: written before it is answered, and looked at afterwards.
export { DISCLOSURES, disclosureCodec } from './codec/disclosure.codec.ts';
export { DisclosureRecord } from './application/disclosure-record.ts';
export { ReadingWatch } from './application/reading-watch.ts';
export type { HeavyReading, ReadingWatchOptions } from './application/reading-watch.ts';
export { disclosureListProjection } from './read-models/disclosure-list.projection.ts';
export { DisclosureQueries } from './read-models/disclosure-list.query.ts';
export type { DisclosureTables } from './read-models/disclosure-list.query.ts';
