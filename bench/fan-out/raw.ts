// The limit: `ws` alone, one text to every socket in one loop.
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { answerBench } from './answers.ts';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
await new Promise((resolve) => server.once('listening', resolve));
answerBench(async (text) => {
  for (const socket of server.clients) socket.send(text);
});
console.log(JSON.stringify({ url: `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}` }));
