// One volunteer's phone in the race: a process that accepts every task it is told to, as fast as the server answers,
// and reports what it was told.
import type { Attempt, Lap, Start } from './race.ts';

const IN_FLIGHT = 8;

let start: Start | undefined;

process.on('message', (message: Start | Lap) => {
  if ('token' in message) {
    start = message;
    process.send?.('ready');
    return;
  }
  void runLap(message).then((attempts) => process.send?.(attempts));
});

async function runLap({ taskIds }: Lap): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  const waiting = [...taskIds];
  const lane = async () => {
    for (let taskId = waiting.shift(); taskId !== undefined; taskId = waiting.shift())
      attempts.push(await accept(taskId));
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return attempts;
}

async function accept(taskId: string): Promise<Attempt> {
  const { url, token, document, secret } = start!;
  const body = JSON.stringify({ query: document, variables: { input: { commandId: crypto.randomUUID(), taskId } } });
  const from = Date.now();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const text = await (await fetch(url, { method: 'POST', headers, body })).text();
  const { errors } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
  const code = errors?.[0]?.extensions.code;
  return { taskId, code, sawSecret: text.includes(secret), from, until: Date.now() };
}
