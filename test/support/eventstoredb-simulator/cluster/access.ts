// Who may do what, by the server's default rules: administrators everything, other users ordinary streams, nobody
// anything without a name. Without users (an insecure server) everybody may do everything.
import type { Metadata } from '@grpc/grpc-js';

export interface SimulatedUser {
  readonly name: string;
  readonly password: string;
  readonly administrator?: boolean;
}

/** A caller that gave the right password, or none at all. */
export type Caller = SimulatedUser | 'anonymous';

export class Access {
  readonly #users: readonly SimulatedUser[] | undefined;

  constructor(users: readonly SimulatedUser[] | undefined) {
    this.#users = users;
  }

  /** undefined for a wrong name or password. */
  authenticate(metadata: Metadata): Caller | undefined {
    const [header] = metadata.get('authorization');
    if (!this.#users || header === undefined) return 'anonymous';
    const login = Buffer.from(String(header).replace(/^Basic /, ''), 'base64').toString('utf8');
    return this.#users.find(({ name, password }) => login === `${name}:${password}`);
  }

  /** Whether the caller may read or write a stream; undefined is $all. */
  permits(caller: Caller, stream: string | undefined): boolean {
    if (!this.#users) return true;
    if (caller === 'anonymous') return false;
    return caller.administrator === true || (stream !== undefined && !stream.startsWith('$'));
  }
}
