// Personal data sealed per person: keys, sealing and opening, the master key. Where keys lie is chosen in apps/.
export type { Erasures, KeyStore, PersonKeyRow, PersonLookup, StoredPersonKey, WrappedRoot } from './key-store.ts';
export { draftMasterKeyFile, draftNextMasterKey, KEYS_FILE, loadMasterKeys, MASTER_KEY_FILE } from './master-key.ts';
export type { MasterKeySource } from './master-key.ts';
export { PersonalDataVault } from './personal-data-vault.ts';
export type { VaultOptions } from './personal-data-vault.ts';
