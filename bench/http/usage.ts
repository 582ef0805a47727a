/** Answers the bench process, over the channel between the two, with the CPU and heap this process has used. */
export function reportUsage(): void {
  process.on('message', () => {
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMicroseconds: user + system, heapBytes: process.memoryUsage().heapUsed });
  });
}
