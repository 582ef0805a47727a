// What lies in the log of a request: no text that says who or why, and no event that a later reader could not trust.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { NewEvent, RecordedEvent } from '#libs/event-store';
import { parseSealed } from '#libs/event-store';
import type { JsonObject, Position } from '#libs/kernel';
import { openTestVault } from '#libs/privacy/testing';
import type { RequestEvent } from '../domain/request.events.ts';
import { anna, communityId, EVENT_TYPES, happened, minute, personId, requestId } from '../testing/request-examples.ts';
import { requestCodec } from './request.codec.ts';

const directory = mkdtempSync(join(tmpdir(), 'request-codec-'));
const vault = await openTestVault(directory);
afterAll(async () => {
  await vault.close();
  rmSync(directory, { recursive: true });
});

const context = {
  ...{ commandId: requestId, commandHash: 'hash', actor: { accountId: 'system', role: 'SYSTEM' }, communityId },
  ...{ occurredAt: minute(0), recordedAt: minute(1) },
};

async function stored(event: RequestEvent): Promise<NewEvent> {
  const [encoded] = await requestCodec.encode([event], context, vault);
  if (!encoded) throw new Error('Nothing was encoded');
  return encoded;
}

function recorded(event: NewEvent): RecordedEvent {
  const place = {
    stream: `request-${requestId}`,
    revision: 0,
    position: '1' as Position,
    storedAt: minute(1),
  };
  return { ...event, ...place };
}

/** Every text of a type that is about somebody, and whose key it is sealed with. */
const TEXTS: Partial<Record<RequestEvent['type'], Record<string, string>>> = {
  RequestRaised: of(personId, '/reporter/name', '/reporter/phone', '/reporter/address', '/matter'),
  RequestCorrected: of(personId, '/reporter/name', '/reporter/phone', '/reporter/address', '/matter'),
  RequestDispatched: of(personId, '/briefing'),
  OfferRecalled: of(personId, '/reason'),
  TaskDeclined: of(anna, '/reason'),
  TaskReleased: of(personId, '/reason'),
  ProgressRecorded: of(personId, '/note'),
  DoneReported: of(personId, '/result'),
  ResolutionConfirmed: of(personId, '/result'),
  WorkSentBack: of(personId, '/reason'),
  RequestReopened: of(personId, '/reason'),
  PlacedInFollowUp: of(personId, '/reason', '/plan'),
  FollowUpRecorded: of(personId, '/note'),
  FollowUpResumed: of(personId, '/reason'),
  RequestDeclined: of(personId, '/reason'),
  RequestWithdrawn: of(personId, '/reason'),
  CallBackRecorded: of(personId, '/note'),
  ChaseUpRecorded: of(personId, '/note'),
  ResultRated: of(personId, '/comment'),
};

function of(person: string, ...paths: string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, person]));
}

const CANARY = '王阿姨的秘密';
const names = (path: string) => path.slice(1).split('/');

function withText(data: JsonObject, path: string): JsonObject {
  const [name = '', inner] = names(path);
  return { ...data, [name]: inner === undefined ? CANARY : { ...(data[name] as JsonObject), [inner]: CANARY } };
}

function textAt(data: JsonObject, path: string): string {
  return String(names(path).reduce<unknown>((value, name) => (value as JsonObject)[name], data));
}

describe.each(EVENT_TYPES)('%s', (type) => {
  const reporter = { personId, name: '王阿姨', phone: '13800000000', address: '11门 302' };
  const example = happened(type, 0, type === 'RequestCorrected' ? { reporter } : {}) as RequestEvent;
  const texts = TEXTS[type] ?? {};
  const secret = {
    type,
    data: Object.keys(texts).reduce(withText, example.data as unknown as JsonObject),
  } as unknown as RequestEvent;

  it('is stored with its texts sealed for the person and the place, and nothing of them in clear', async () => {
    const event = await stored(secret);
    expect(JSON.stringify(event)).not.toContain(CANARY);
    expect(event.metadata).toMatchObject({ version: 1, communityId, commandHash: 'hash' });
    const sealed = [...JSON.stringify(event.data).matchAll(/sealed\.v1\./g)];
    expect(sealed).toHaveLength(Object.keys(texts).length);
    for (const [path, person] of Object.entries(texts)) {
      const text = textAt(event.data, path);
      expect(parseSealed(text)?.place).toEqual({ person, event: event.id, path });
      expect(await vault.open(text, communityId)).toBe(CANARY);
    }
  });

  it('is read back as it was written', async () => {
    const event = await stored(example);
    const { data, revision } = requestCodec.decode(recorded(event));
    expect({ data, revision }).toEqual({ data: event.data, revision: 0 });
    expect(event.data).toMatchObject({ at: example.data.at });
  });

  it('takes no fact it does not know, and none missing', async () => {
    const broken = (data: object) => stored({ type, data } as unknown as RequestEvent);
    await expect(broken({ ...example.data, colour: 'red' })).rejects.toThrow();
    await expect(broken({ ...example.data, at: '2026-02-30T00:00:00.000Z' })).rejects.toThrow();
    for (const name of Object.keys(example.data)) {
      await expect(broken({ ...example.data, [name]: undefined })).rejects.toThrow();
    }
  });

  it('is not read when a text was moved to it from elsewhere', async () => {
    const event = await stored(secret);
    const elsewhere = { ...recorded(event), id: '00000000-0000-4000-8000-0000000000ff' };
    if (Object.keys(texts).length === 0) expect(requestCodec.decode(elsewhere).type).toBe(type);
    else expect(() => requestCodec.decode(elsewhere)).toThrow('not sealed for this place');
  });
});

it('knows every event of a request', () => {
  expect([...requestCodec.types].sort()).toEqual([...EVENT_TYPES].sort());
});
