// Erasures over the foundation: which list they are written to, and which bytes are searched, follows from the settings.
import { ErasureDesk, Eraser } from '#libs/erasures';
import type { ByteSearch, EraserParts, ErasureRecord } from '#libs/erasures';
import { HOUR } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { scaledOut } from '#libs/platform';
import { searchFiles } from '#libs/privacy';
import { erasureListOf } from './erasure-list.ts';
import type { Foundation } from './foundation.ts';
import type { Scopes } from './subjects.ts';
import { HouseSubjects } from './subjects.ts';

export interface Erasing {
  readonly erasureDesk: ErasureDesk;
  readonly eraser: Eraser;
  readonly subjects: HouseSubjects;
  readonly record: ErasureRecord;
}

/** @param own parts to take in place of the house's, for fault tests */
export function startErasing(foundation: Foundation, scopes: Scopes, own: Partial<EraserParts> = {}): Erasing {
  const { executor, store, vault, clock, settings, gate } = foundation;
  const subjects = new HouseSubjects(foundation, scopes);
  const record = own.record ?? erasureListOf(settings, vault);
  const eraser = new Eraser({
    ...{ executor, store, subjects, clock, keys: vault },
    record,
    blanked: (position) => gate.waitFor(position),
    bytes: byteSearchOf(settings),
    fingerprint: (payload) => vault.fingerprint(payload),
    ...own,
  });
  const delayMs = settings.erasureDelayHours * HOUR;
  return { eraser, subjects, record, erasureDesk: new ErasureDesk({ executor, subjects, eraser, record, delayMs }) };
}

/** Servers keep their own files; there, the key table alone is looked at. */
function byteSearchOf(settings: Settings): ByteSearch {
  if (scaledOut(settings)) return { search: () => Promise.resolve({ files: 0, bytes: 0, found: [] }) };
  return { search: (needles) => searchFiles(settings.dataDirectory, needles) };
}
