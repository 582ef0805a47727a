// Removes what was started for a run of tests.
export default async function stop(): Promise<void> {
  await globalThis.postgresForTests?.remove();
}
