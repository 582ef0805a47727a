// Where a race is run: at one server process with a data directory, or at the two of a house scaled out.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deployment } from '../../support/deployment/index.ts';
import { Api } from './api.ts';
import { ServerProcess } from './server-process.ts';

export interface Course {
  /** An API to look behind: before the race, and after its end. */
  readonly open: () => Promise<Api>;
  /** Starts what the racers call, once that API is closed; answers where. */
  readonly serve: () => Promise<readonly string[]>;
  readonly end: () => Promise<unknown>;
  readonly clear: () => Promise<void>;
}

function inOneProcess(): Course {
  const directory = mkdtempSync(join(tmpdir(), 'bangbangwo-race-'));
  let server: ServerProcess | undefined;
  return {
    open: () => Api.start({ directory: join(directory, 'data') }),
    serve: async () => [await (server = ServerProcess.start(directory, { LOG_LEVEL: 'info' })).url],
    async end() {
      server?.signal('SIGTERM');
      await server?.ended;
    },
    async clear() {
      await server?.kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function scaledOut(): Promise<Course> {
  const house = await Deployment.start();
  return {
    open: () => Api.start({ house }),
    async serve() {
      await house.ready();
      return house.apis.map(({ url }) => url);
    },
    end: () => Promise.all(house.apis.map((each) => each.stop())),
    clear: () => house.stop(),
  };
}

export const courses = { inOneProcess, scaledOut };
