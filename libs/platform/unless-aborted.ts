// Waiting for work that goes on without the one who leaves.

/**
 * What `work` resolves to, or rejects with. Nothing is kept of either once it is settled.
 *
 * @throws the signal's reason once that aborts; the later outcome of `work` is then of no interest
 */
export async function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  const left = Promise.withResolvers<never>();
  const leave = () => left.reject(signal.reason);
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, left.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
