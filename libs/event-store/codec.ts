// Between a scope's typed events and what is stored: permanent names, schema versions, upcasting, and the sealing of
// personal data. History stays readable for ever because names and versions are constants here.
import type { CommandContext, DomainEvent, EventMetadata, JsonObject, JsonValue } from '#libs/kernel';
import type { ZodType } from 'zod';
import { deterministicId } from './deterministic-id.ts';
import { UnreadableEvent } from './errors.ts';
import type { NewEvent, RecordedEvent } from './port.ts';

/** A field holding personal data. Both are JSON pointers into the event's data; `person` leads to the person's id. */
export interface PersonalField {
  readonly path: `/${string}`;
  readonly person: `/${string}`;
  /** The form of the text by which its person can be found again, where there is one; absent: never by this text. */
  readonly findBy?: (text: string) => string | undefined;
}

export interface EventDefinition {
  /** The version written today; reading accepts it and every earlier one that `upcast` leads from. */
  readonly version: number;
  /** Of the data at `version`, before sealing. Checked at every write. */
  readonly schema: ZodType;
  readonly personal?: readonly PersonalField[];
  /** `upcast[n]` turns data of version n into version n + 1. */
  readonly upcast?: Readonly<Record<number, (data: JsonObject) => JsonObject>>;
}

export type EventDefinitions<E extends DomainEvent> = { readonly [T in E['type']]: EventDefinition };

/** Where a ciphertext belongs. It is authenticated with the text, so a ciphertext moved elsewhere does not open. */
export interface SealedPlace {
  readonly community: string;
  readonly person: string;
  readonly event: string;
  readonly path: string;
}

/** Seals a text for one place, at once. */
export type SealText = (text: string, place: SealedPlace) => string;

/** What a person can be found by from now on in their community; null: by nothing. */
export interface Findable {
  readonly community: string;
  readonly person: string;
  readonly term: string | null;
}

/** What the codec needs of the privacy scope. */
export interface PersonalDataSealer {
  /**
   * Makes keys durable for people who never had one; never a new key for an erased person. Answers what seals for exactly
   * these people, and holds their keys as long as it is held itself.
   *
   * @param findable kept with the keys, in the same transaction where a key is made
   */
  ensureKeys(persons: readonly string[], findable?: readonly Findable[]): Promise<SealText>;
  /** Keyed hash of a command's payload; tells equal from unequal and reveals nothing else. */
  fingerprint(payload: JsonValue): string;
}

export type DecodedEvent<E extends DomainEvent = DomainEvent> = E &
  Pick<RecordedEvent, 'id' | 'stream' | 'revision' | 'position' | 'metadata'>;

export interface EventCodec<E extends DomainEvent = DomainEvent> {
  readonly types: readonly E['type'][];
  /** Events as they are stored, personal fields sealed. Resolves once the keys they need are durable. */
  encode(events: readonly E[], context: EncodeContext, sealer: PersonalDataSealer): Promise<NewEvent[]>;
  /** @throws UnreadableEvent for an unknown type, a newer version, or personal data sealed for another place */
  decode(recorded: RecordedEvent): DecodedEvent<E>;
}

export interface EncodeContext extends CommandContext {
  readonly communityId: string;
}

export function defineCodec<E extends DomainEvent>(definitions: EventDefinitions<E>): EventCodec<E> {
  const byType = new Map<string, EventDefinition>(Object.entries<EventDefinition>(definitions));
  return {
    types: [...byType.keys()],

    async encode(events, context, sealer) {
      const checked = events.map((event) => {
        const definition = byType.get(event.type);
        if (!definition) throw new Error(`No codec for event type ${event.type}`);
        return { type: event.type, definition, data: definition.schema.parse(event.data) as JsonObject };
      });
      const sealText = await sealer.ensureKeys(
        checked.flatMap(({ definition, data }) => personsOf(definition, data)),
        checked.flatMap(({ definition, data }) => findableOf(definition, data, context.communityId)),
      );
      return checked.map(({ type, definition, data }, index) => {
        const id = deterministicId(context.commandId, String(index));
        return {
          id,
          type,
          data: seal(data, definition, id, context.communityId, sealText),
          metadata: metadataOf(context, definition),
        };
      });
    },

    decode(recorded) {
      const definition = byType.get(recorded.type);
      if (!definition) throw new UnreadableEvent('its type is unknown', recorded.type, recorded.position);
      const data = upcast(recorded, definition);
      for (const { path, person } of definition.personal ?? []) {
        const sealed = at(data, path);
        if (typeof sealed !== 'string') continue;
        if (!isPlacedHere(sealed, { person: textAt(data, person), event: recorded.id, path })) {
          throw new UnreadableEvent('its personal data is not sealed for this place', recorded.type, recorded.position);
        }
      }
      const { id, stream, revision, position, metadata } = recorded;
      return { type: recorded.type, data, id, stream, revision, position, metadata } as unknown as DecodedEvent<E>;
    },
  };
}

const SEALED_PREFIX = 'sealed.v1';

/** Writes the self-describing form of a sealed text. `box` must not contain dots. */
export function formatSealed(place: Omit<SealedPlace, 'community'>, box: string): string {
  return [SEALED_PREFIX, place.person, place.event, place.path, box].join('.');
}

/** Reads what `formatSealed` wrote; undefined when it is not a sealed text. */
export function parseSealed(sealed: string): { place: Omit<SealedPlace, 'community'>; box: string } | undefined {
  if (!sealed.startsWith(`${SEALED_PREFIX}.`)) return undefined;
  const [person, event, path, box, ...rest] = sealed.slice(SEALED_PREFIX.length + 1).split('.');
  if (!person || !event || !path || !box || rest.length > 0) return undefined;
  return { place: { person, event, path }, box };
}

function isPlacedHere(sealed: string, place: Omit<SealedPlace, 'community'>): boolean {
  return sealed.startsWith(`${[SEALED_PREFIX, place.person, place.event, place.path].join('.')}.`);
}

function metadataOf(context: EncodeContext, definition: EventDefinition): EventMetadata {
  return {
    version: definition.version,
    commandId: context.commandId,
    commandHash: context.commandHash,
    actorId: context.actor.accountId,
    actorRole: context.actor.role,
    communityId: context.communityId,
    occurredAt: context.occurredAt,
    recordedAt: context.recordedAt,
  };
}

function upcast(recorded: RecordedEvent, definition: EventDefinition): JsonObject {
  let data = recorded.data;
  for (let version = recorded.metadata.version; version !== definition.version; version += 1) {
    const step = definition.upcast?.[version];
    if (!step) {
      throw new UnreadableEvent(`version ${String(version)} is not known here`, recorded.type, recorded.position);
    }
    data = step(data);
  }
  return data;
}

function personsOf(definition: EventDefinition, data: JsonObject): string[] {
  return (definition.personal ?? [])
    .filter(({ path }) => typeof at(data, path) === 'string')
    .map(({ person }) => textAt(data, person));
}

/** A field that is not in the data says nothing; one that is null takes back what was said. */
function findableOf(definition: EventDefinition, data: JsonObject, community: string): Findable[] {
  return (definition.personal ?? []).flatMap(({ path, person, findBy }) => {
    const text = findBy && at(data, path);
    if (text === undefined) return [];
    const term = typeof text === 'string' ? (findBy?.(text) ?? null) : null;
    return [{ community, person: textAt(data, person), term }];
  });
}

function seal(data: JsonObject, definition: EventDefinition, event: string, community: string, sealText: SealText) {
  let sealed = data;
  for (const { path, person } of definition.personal ?? []) {
    const text = at(data, path);
    if (typeof text !== 'string') continue;
    sealed = replaceAt(sealed, path, sealText(text, { community, person: textAt(data, person), event, path }));
  }
  return sealed;
}

function at(data: JsonObject, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = data;
  for (const name of pointer.slice(1).split('/')) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}

/** The id of a person, which the schema demands to be a text. */
function textAt(data: JsonObject, pointer: string): string {
  const value = at(data, pointer);
  return typeof value === 'string' ? value : '';
}

function replaceAt(data: JsonObject, pointer: string, text: string): JsonObject {
  const [name = '', ...rest] = pointer.slice(1).split('/');
  if (rest.length === 0) return { ...data, [name]: text };
  return { ...data, [name]: replaceAt(data[name] as JsonObject, `/${rest.join('/')}`, text) };
}
