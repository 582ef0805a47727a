// What every dialect refuses alike, so that rows which can be kept in one can be kept in the other.

/** PostgreSQL cannot keep a text with a NUL. Nothing of ours has one: inputs are checked, sealed texts are base64. */
export class UnstorableText extends TypeError {
  constructor() {
    super('A text with a NUL cannot be stored');
  }
}

export function assertStorable(cells: readonly unknown[]): void {
  for (const cell of cells) if (typeof cell === 'string' && cell.includes('\0')) throw new UnstorableText();
}
