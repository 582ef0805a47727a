// EVENTSTORE_URL is read strictly, and nothing that is said about it repeats any of it.
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Unavailable } from '#libs/kernel';
import { serverAddress } from './connection-string.ts';

const SECRET = 'S3cr3t';

describe('the connection string', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'authority-'));
    writeFileSync(join(directory, 'ca+1.crt'), 'certificate');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('names one node, several, or a name to find them by', () => {
    expect(serverAddress('esdb://one.example?tls=false').nodes).toMatchObject({
      endpoint: { address: 'one.example', port: 2113 },
    });
    expect(serverAddress('esdb://one:2111,two:2112,three').nodes).toMatchObject({
      endpoints: [
        { address: 'one', port: 2111 },
        { address: 'two', port: 2112 },
        { address: 'three', port: 2113 },
      ],
      nodePreference: 'leader',
    });
    expect(serverAddress('esdb+discover://one,two').nodes).toMatchObject({
      endpoints: [{ address: 'one' }, { address: 'two' }],
    });
    expect(serverAddress('esdb+discover://cluster.example:2113/?gossipTimeout=1').nodes).toMatchObject({
      discover: { address: 'cluster.example', port: 2113 },
      gossipTimeout: 1,
    });
  });

  it('asks for TLS unless it says otherwise, and keeps the password from servers without it', () => {
    const secure = serverAddress(`esdb://admin:${SECRET}%3A%40:x@one`);
    expect(secure).toMatchObject({
      channel: { insecure: false },
      credentials: { username: 'admin', password: `${SECRET}:@:x` },
      name: 'one:2113',
    });
    expect(serverAddress(`esdb://admin:${SECRET}@one?tls=false`)).toMatchObject({
      channel: { insecure: true },
      credentials: undefined,
    });
  });

  it('names files of certificates', () => {
    const file = encodeURIComponent(join(directory, 'ca+1.crt'));
    const { channel } = serverAddress(`esdb://one?tlsCAFile=${file}`);
    expect(channel.rootCertificate?.toString()).toBe('certificate');
    const both = serverAddress(`esdb://one?userCertFile=${file}&user_key_file=${file}`);
    expect(both.channel).toMatchObject({ userCertFile: expect.anything(), userKeyFile: expect.anything() });
  });

  it.each([
    [`postgres://admin:${SECRET}@one`, 'is not of the form'],
    [`esdb://admin:${SECRET}@`, 'is not of the form'],
    [`admin:${SECRET}@one`, 'is not of the form'],
    [`esdb://${SECRET}@one`, 'a user without a password'],
    [`esdb://admin:${SECRET}%@one`, 'a % in its password'],
    [`esdb://admin:${SECRET}@one:port`, 'not of the form host:port'],
    [`esdb://admin:${SECRET}@one:99999`, 'not of the form host:port'],
    [`esdb://admin:${SECRET}@,`, 'names no host'],
    [`esdb://admin:${SECRET}@10.0.0.1`, 'has the IP address of a host'],
    [`esdb://admin:${SECRET}@one?${SECRET}=true`, 'an option that is not known here'],
    [`esdb://admin:${SECRET}@one?tls=${SECRET}`, 'needs true or false for tls'],
    [`esdb://admin:${SECRET}@one?keepAliveInterval=${SECRET}`, 'needs a whole number for keepaliveinterval'],
    [`esdb://admin:${SECRET}@one?keepAliveInterval=500`, 'needs at least 10000 or -1'],
    [`esdb://admin:${SECRET}@one?tlsVerifyCert=false`, 'not to check the certificate'],
    [`esdb://admin:${SECRET}@one?tlsCAFile=/none/${SECRET}`, 'names a file with tlscafile that cannot be read'],
    [`esdb://admin:${SECRET}@one?userCertFile=${encodeURIComponent(import.meta.filename)}`, 'together'],
  ])('is refused with a sentence that keeps it secret: %s', (url, sentence) => {
    const warned = jest.spyOn(console, 'warn');
    const refusal = refusalOf(url);
    expect(refusal).toBeInstanceOf(Unavailable);
    expect(refusal.message).toContain(sentence);
    expect(refusal.message).toMatch(/^EVENTSTORE_URL /);
    expect(`${refusal.stack ?? ''} ${JSON.stringify(refusal)} ${String(refusal.cause)}`).not.toContain(SECRET);
    expect(refusal.details).toEqual({ lasting: true });
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });
});

function refusalOf(url: string): Unavailable {
  try {
    serverAddress(url);
  } catch (error) {
    return error as Unavailable;
  }
  throw new Error('It was not refused.');
}
