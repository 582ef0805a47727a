// Nobody takes more connections, sockets or time of the server than an address may, and who keeps to that is served.
import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Api } from './harness/api.ts';
import { request } from './hostile/hostile-case.ts';
import { sendRaw } from './hostile/send-raw.ts';
import { upgrade } from './hostile/socket-cases.ts';

describe('bounds', () => {
  it('close connections, and refuse sockets, beyond those of an address', async () => {
    const narrow = await Api.start({ environment: { CONNECTIONS_PER_ADDRESS: '3' } });
    try {
      const { host, hostname, port } = new URL(narrow.application.url);
      const held = await Promise.all([1, 2, 3].map(() => hold(Number(port), hostname)));
      const more = await sendRaw(narrow.application.url, request({ host }, { method: 'GET', target: '/livez' }));
      expect(more.status).toBe(0);
      held[0]?.destroy();
      held[1]?.write(upgrade({ host }));
      await once(held[1]!, 'data');
      expect(
        (
          await untilServed(() =>
            sendRaw(narrow.application.url, request({ host }, { method: 'GET', target: '/livez' })),
          )
        ).status,
      ).toBe(200);
      for (const socket of held) socket.destroy();
    } finally {
      await narrow.stop();
    }
  });

  it('count sockets by the address a trusted proxy names', async () => {
    const environment = { CONNECTIONS_PER_ADDRESS: '1', TRUSTED_PROXIES: '127.0.0.1' };
    const behind = await Api.start({ environment });
    try {
      const { host, hostname, port } = new URL(behind.application.url);
      const from = async (address: string) => {
        const socket = connect(Number(port), hostname);
        socket.on('error', () => undefined);
        socket.write(upgrade({ host }, { headers: { 'x-forwarded-for': `203.0.113.9, ${address}` } }));
        const [head] = (await once(socket, 'data')) as [Buffer];
        return Number(/ (\d{3})/.exec(head.toString())?.[1]);
      };
      const asked = [
        '198.51.100.1',
        '198.51.100.1',
        '198.51.100.2',
        '2001:db8:1:2::1',
        '2001:db8:1:2::2',
        '2001:db8::1',
      ];
      const statuses = [];
      for (const address of asked) statuses.push(await from(address));
      expect(statuses).toEqual([101, 429, 101, 101, 429, 101]);
    } finally {
      await behind.stop();
    }
  });

  it('end who does not finish a request', async () => {
    const impatient = await Api.start({ environment: { REQUEST_SECONDS: '1' } });
    try {
      const { host } = new URL(impatient.application.url);
      const headers = Buffer.from(`POST /graphql HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `);
      const body = request({ host }, { headers: { 'content-length': '100' }, body: '{' });
      const answers = await Promise.all([headers, body].map((bytes) => sendRaw(impatient.application.url, bytes)));
      expect(answers.map(({ status }) => status)).toEqual([408, 408]);
    } finally {
      await impatient.stop();
    }
  });
});

/** A connection that has been taken. */
async function hold(port: number, hostname: string) {
  const socket = connect(port, hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** A connection that was let go of is counted until the server has seen it end. */
async function untilServed<Answer extends { readonly status: number }>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask();
    if (answer.status !== 0 || tries > 100) return answer;
  }
}
