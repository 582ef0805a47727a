export { openTestVault } from './test-vault.ts';
