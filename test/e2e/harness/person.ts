// Somebody signed in, doing by name what the schema offers and seeing all it shows.
import { randomUUID } from 'node:crypto';
import type { Answer } from './client.ts';
import { rootField } from './documents.ts';
import type { Member } from './world.ts';

/** As untyped as what comes over the wire. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Asks {
  ask<Data>(query: string, variables?: object, token?: string): Promise<Answer<Data>>;
}

export interface Reply extends Omit<Answer<Json>, 'data'> {
  /** What the field answered; null or undefined with an error. */
  readonly value: Json;
  readonly details: Json;
}

export class Person {
  readonly member: Member;
  readonly #server: Asks;

  constructor(server: Asks, member: Member) {
    this.#server = server;
    this.member = member;
  }

  get volunteerId(): string {
    return this.member.volunteerId;
  }

  /** The same person at another server, as after a restart. */
  at(server: Asks): Person {
    return new Person(server, this.member);
  }

  /** Sends a mutation; a command id is made unless the input has one. */
  send(mutation: string, input: object): Promise<Reply> {
    return this.#call(mutation, { input: { commandId: randomUUID(), ...input } });
  }

  /** Sends a mutation that must succeed; answers its payload. */
  async order(mutation: string, input: object): Promise<Json> {
    const { errors, text, value } = await this.send(mutation, input);
    if (errors) throw new Error(`${mutation}: ${text}`);
    return value;
  }

  see(query: string, args: object = {}): Promise<Reply> {
    return this.#call(query, args);
  }

  /** A query that must succeed; answers its value. */
  async read(query: string, args: object = {}): Promise<Json> {
    const { errors, text, value } = await this.see(query, args);
    if (errors) throw new Error(`${query}: ${text}`);
    return value;
  }

  async #call(field: string, variables: object): Promise<Reply> {
    const answer = await this.#server.ask<Json>(rootField(field).document, variables, this.member.token || undefined);
    return { ...answer, value: answer.data?.[field], details: answer.errors?.[0]?.extensions.details };
  }
}
