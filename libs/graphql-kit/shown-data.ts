// Whose personal data an operation has opened, noted as it is opened and recorded before the answer leaves. Ids and names
// of fields only: what a text says is never kept here.
import type { Viewer } from './viewer.ts';

/** Fields of people who were shown with the very same fields. */
export interface ShownGroup {
  /** Where the texts lie in their events, such as `reporter/phone`. */
  readonly fields: readonly string[];
  readonly personIds: readonly string[];
}

export class ShownData {
  /** By community, then by person. */
  readonly #shown = new Map<string, Map<string, Set<string>>>();

  get isEmpty(): boolean {
    return this.#shown.size === 0;
  }

  get communityIds(): readonly string[] {
    return [...this.#shown.keys()];
  }

  note(communityId: string, personId: string, field: string): void {
    let persons = this.#shown.get(communityId);
    if (!persons) this.#shown.set(communityId, (persons = new Map<string, Set<string>>()));
    const fields = persons.get(personId);
    if (fields) fields.add(field);
    else persons.set(personId, new Set([field]));
  }

  /** A page of a list shows most people with the same fields, so they are told together. */
  groupsOf(communityId: string): readonly ShownGroup[] {
    const groups = new Map<string, { fields: string[]; personIds: string[] }>();
    for (const [personId, noted] of this.#shown.get(communityId) ?? []) {
      const fields = [...noted].sort();
      const key = fields.join(' ');
      const group = groups.get(key);
      if (group) group.personIds.push(personId);
      else groups.set(key, { fields, personIds: [personId] });
    }
    return [...groups.values()];
  }
}

/** Who is about to be shown what, by which fields of the schema. */
export interface Disclosure {
  readonly operation: 'query' | 'mutation' | 'subscription' | 'command';
  /** Root fields of the operation, or the command of the command line. */
  readonly through: readonly string[];
  /** Accounts; none when nobody is signed in, or the operator reads at the command line. */
  readonly viewers: readonly Viewer[];
  readonly shown: ShownData;
}

/** Where reads of personal data are written down. */
export interface ReadRecord {
  /**
   * Resolves once the reading is durably recorded: only then may it be answered.
   *
   * @throws Unavailable when it cannot be recorded; what was read must not leave then
   */
  write(disclosure: Disclosure): Promise<void>;
}
