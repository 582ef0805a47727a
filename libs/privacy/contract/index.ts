// What every key store must keep, and what the vault keeps on each of them.
export { erasureContract } from './erasure-contract.ts';
export type { KeyHouse } from './key-house.ts';
export { keyStoreContract } from './key-store-contract.ts';
export { vaultContract } from './vault-contract.ts';
