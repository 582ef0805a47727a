// A simulator in a process of its own, which can be killed: for tests in which several processes use it at once.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FaultRequest } from '../cluster/faults.ts';
import type { SimulatorOptions } from '../event-store-simulator.ts';
import { type AnswerMessage, type CommandMessage, type Commands, STARTED } from './commands.ts';

const CHILD = fileURLToPath(new URL('simulator.child.ts', import.meta.url));

type Answer<Name extends keyof Commands> = Awaited<ReturnType<Commands[Name]>>;

/** A fault in the other process. */
export interface RemoteFault {
  /** How often it struck. */
  hits(): Promise<number>;
  /** Settles once it has struck so often; default once. */
  reached(times?: number): Promise<void>;
  release(): Promise<void>;
}

export class SimulatorProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #reach: Answer<'reach'> | undefined;
  #lastId = STARTED;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message: AnswerMessage) => this.#receive(message));
    child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The simulator has ended.'));
      this.#waiting.clear();
    });
  }

  static async start(options: SimulatorOptions = {}): Promise<SimulatorProcess> {
    const execArgv = ['--conditions=source', '--disable-warning=ExperimentalWarning'];
    const child = fork(CHILD, [JSON.stringify(options)], { execArgv, serialization: 'advanced' });
    const simulator = new SimulatorProcess(child);
    const started = simulator.#expect(STARTED);
    await started;
    simulator.#reach = await simulator.ask('reach');
    return simulator;
  }

  get connectionString(): string {
    return this.#reach!.connectionString;
  }

  get ports(): readonly number[] {
    return this.#reach!.ports;
  }

  /** Asks for what a simulator in this process would do: a restart, another leader, the journal's figures, its events. */
  ask<Name extends keyof Commands>(command: Name, ...args: Parameters<Commands[Name]>): Promise<Answer<Name>> {
    const id = (this.#lastId += 1);
    const answer = this.#expect(id) as Promise<Answer<Name>>;
    this.#child.send({ id, command, args } satisfies CommandMessage, (error) => {
      if (error) this.#waiting.get(id)?.reject(error);
    });
    return answer;
  }

  async inject(request: FaultRequest): Promise<RemoteFault> {
    const id = await this.ask('inject', request);
    return {
      hits: () => this.ask('faultHits', id),
      reached: (times = 1) => this.ask('faultReached', id, times),
      release: () => this.ask('releaseFault', id),
    };
  }

  /** Ends the process as a crash would. What is not in its file is lost. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Freezes the process: its connections stay open, and nothing answers. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.thaw();
    await this.ask('stop');
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }

  #expect(id: number): Promise<unknown> {
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    return waiting.promise;
  }

  #receive({ id, result, error }: AnswerMessage): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }
}
