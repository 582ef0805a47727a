// A simulator in a process of its own. It is started with its options as JSON, obeys what its parent sends, and ends
// with its parent.
import { EventStoreSimulator, type SimulatorOptions } from '../event-store-simulator.ts';
import { type AnswerMessage, type CommandMessage, commandsOf, STARTED } from './commands.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as SimulatorOptions;
const simulator = await EventStoreSimulator.start(options);
const commands = commandsOf(simulator) as Record<string, (...args: readonly unknown[]) => unknown>;

process.on('disconnect', () => process.exit());
process.on('message', (message: CommandMessage) => void obey(message));
send({ id: STARTED });

async function obey({ id, command, args }: CommandMessage): Promise<void> {
  try {
    const result = await commands[command]?.(...args);
    send({ id, result });
  } catch (error) {
    send({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

function send(message: AnswerMessage): void {
  if (process.connected) process.send?.(message);
}
