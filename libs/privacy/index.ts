// Personal data sealed per person: keys, sealing and opening, the master key. Where keys lie is chosen in apps/.
export { ERASURE_LIST, ERASURE_LIST_LOCK, ErasureList, readErasureList } from './erasure-list.ts';
export type { ListedErasure } from './erasure-list.ts';
export type { Erasures, KeyStore, PersonKeyRow, PersonLookup, StoredPersonKey, WrappedRoot } from './key-store.ts';
export {
  draftMasterKeyFile,
  draftNextMasterKey,
  KEYS_FILE,
  loadMasterKeys,
  MASTER_KEY_FILE,
  syncDirectory,
} from './master-key.ts';
export type { MasterKeySource } from './master-key.ts';
export { PersonalDataVault } from './personal-data-vault.ts';
export type { VaultOptions } from './personal-data-vault.ts';
export { searchFiles } from './search-files.ts';
export type { FileSearch } from './search-files.ts';
