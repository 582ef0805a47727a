// What commands say: results and reports on standard output, one sentence a line.

export function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

/** `1 row`, `2 rows`. */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
