/** Ends every exhaustive switch: a new variant becomes a compile error here instead of a silent fall-through. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled variant: ${(value as { type?: string; status?: string }).type ?? typeof value}`);
}
