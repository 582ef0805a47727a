// Which streams are ours, and what the server calls them. A prefix keeps several houses apart on one server.
import { InvalidInput } from '#libs/kernel';

export class StreamNames {
  readonly #prefix: string;
  /** What the server's names of our streams begin with. */
  readonly prefixes: readonly string[];

  /** @param categories of streams named `<category>-<id>` */
  constructor(categories: readonly string[], prefix = '') {
    this.#prefix = prefix;
    this.prefixes = categories.map((category) => `${prefix}${category}-`);
  }

  /** @throws InvalidInput for a stream of another category: nobody who follows the log would ever see it */
  onServer(stream: string): string {
    const name = `${this.#prefix}${stream}`;
    if (this.isOurs(name)) return name;
    throw new InvalidInput('This stream belongs to none of the categories of this log.', { field: 'stream' });
  }

  isOurs(nameOnServer: string): boolean {
    return this.prefixes.some((prefix) => nameOnServer.startsWith(prefix));
  }

  /** Of one of our streams. */
  ofServer(nameOnServer: string): string {
    return nameOnServer.slice(this.#prefix.length);
  }
}
