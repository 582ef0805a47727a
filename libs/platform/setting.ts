// One setting as data: the table of settings is made of these.
export interface Setting<T> {
  readonly name: string;
  /** As it would be written in the environment; undefined when unset means something of its own. */
  readonly default: string | undefined;
  readonly description: string;
  /** What it accepts, for a sentence: "PORT must be <accepts>". */
  readonly accepts: string;
  /** A secret's value is never repeated, not even in part. */
  readonly secret: boolean;
  /** The value, or undefined when it is not accepted. */
  read(text: string): T | undefined;
}

export function setting<T>(of: Omit<Setting<T>, 'secret'> & { secret?: boolean }): Setting<T> {
  return { secret: false, ...of };
}
