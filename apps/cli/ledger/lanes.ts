// Does work in several lanes at once, so that appends share the disk's flushes.

const LANES = 16;

/**
 * Works on all groups, each group's items in turn. After a failure, or once the signal is aborted, no new item is
 * begun; resolves or rejects only when nothing is under way any more.
 */
export async function inLanes<T>(
  groups: readonly (readonly T[])[],
  work: (item: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const open = groups.values();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const group of open) {
      for (const item of group) {
        if (failed || signal?.aborted) return;
        await work(item);
      }
    }
  };
  const lanes = Array.from({ length: LANES }, () =>
    lane().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  const broken = (await Promise.allSettled(lanes)).find((outcome) => outcome.status === 'rejected');
  if (broken) throw broken.reason;
}
