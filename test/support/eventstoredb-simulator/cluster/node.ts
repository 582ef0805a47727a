// One node: a gRPC server behind sockets that the simulator accepts itself, so that it can refuse, keep waiting, or cut
// any of them.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server as SocketServer, type Socket } from 'node:net';
import { type ConnectionInjector, Server, type ServerCredentials } from '@grpc/grpc-js';
import { featuresDefinition, gossipDefinition, streamsDefinition } from '../protocol/services.ts';
import { appendService } from '../services/append.service.ts';
import { batchAppendService } from '../services/batch-append.service.ts';
import { featuresService, gossipService } from '../services/cluster.service.ts';
import { deleteService, tombstoneService } from '../services/delete.service.ts';
import type { NodeContext } from '../services/node-context.ts';
import { readService } from '../services/read.service.ts';

const HOST = '127.0.0.1';

const NOTICE_TURNS = 3;

/** Messages of any size are taken; what is too large for an append is refused in its own words. */
const UNLIMITED = -1;

export class SimulatedNode {
  readonly #context: NodeContext;
  readonly #credentials: ServerCredentials;
  readonly #sockets = new Set<Socket>();
  #front: SocketServer | undefined;
  #server: Server | undefined;
  #port: number;

  constructor(context: NodeContext, credentials: ServerCredentials, port: number) {
    this.#context = context;
    this.#credentials = credentials;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  get running(): boolean {
    return this.#front !== undefined;
  }

  async start(): Promise<void> {
    if (this.#front) return;
    const server = this.#createServer();
    const injector = server.createConnectionInjector(this.#credentials);
    const front = createServer((socket) => this.#accept(socket, injector));
    front.listen(this.#port, HOST);
    await once(front, 'listening');
    this.#port = (front.address() as AddressInfo).port;
    this.#server = server;
    this.#front = front;
  }

  /** Cuts all connections and takes no new ones. The port stays the node's. */
  async stop(): Promise<void> {
    const front = this.#front;
    this.#front = undefined;
    this.dropConnections();
    this.#server?.forceShutdown();
    if (!front) return;
    const closed = once(front, 'close');
    front.close();
    await closed;
    // Clients in this process notice now, and not at their next call.
    for (let turn = 0; turn < NOTICE_TURNS; turn += 1) await new Promise(setImmediate);
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Cuts the connection from this peer. */
  drop(peer: string): void {
    for (const socket of this.#sockets) if (peer.endsWith(`:${socket.remotePort ?? ''}`)) socket.destroy();
  }

  #accept(socket: Socket, injector: ConnectionInjector): void {
    this.#sockets.add(socket);
    const { faults, index, journal } = this.#context;
    const entry = journal.begin('connect');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      entry.end('cancelled');
    });
    const fault = faults.forCall({ method: 'connect', node: index });
    if (!fault) injector.injectConnection(socket);
    else if (fault.request.behaviour === 'hold') void fault.released.then(() => injector.injectConnection(socket));
    else if (fault.request.behaviour !== 'silence') socket.destroy();
  }

  #createServer(): Server {
    const server = new Server({
      'grpc.max_receive_message_length': UNLIMITED,
      'grpc.max_send_message_length': UNLIMITED,
    });
    server.addService(streamsDefinition, {
      append: appendService(this.#context),
      batchAppend: batchAppendService(this.#context),
      read: readService(this.#context),
      delete: deleteService(this.#context),
      tombstone: tombstoneService(this.#context),
    });
    server.addService(featuresDefinition, { getSupportedMethods: featuresService(this.#context) });
    server.addService(gossipDefinition, { read: gossipService(this.#context) });
    return server;
  }
}
