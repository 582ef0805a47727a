// A process to be killed: imports a ledger into a data directory and prints the number of each row once it is imported.
// Started as a mutant it says so beforehand, which the test must notice. It runs what the build made, as the command
// line does; the types are those of the source.
import { readFileSync } from 'node:fs';
import type * as Api from '#apps/foundation';
import type * as Platform from '#libs/platform';
import type * as Importing from '../../apps/cli/ledger/import-ledger.ts';
import type * as Reading from '../../apps/cli/ledger/read-ledger.ts';

const built = (path: string) => import(new URL(`../../dist/${path}`, import.meta.url).href) as Promise<unknown>;
const { openFoundation, startServices } = (await built('apps/foundation/index.js')) as typeof Api;
const { readSettings } = (await built('libs/platform/index.js')) as typeof Platform;
const { LedgerImport } = (await built('apps/cli/ledger/import-ledger.js')) as typeof Importing;
const { readLedger } = (await built('apps/cli/ledger/read-ledger.js')) as typeof Reading;

const [directory = '', file = '', communityId = '', behaviour = ''] = process.argv.slice(2);
const foundation = await openFoundation(readSettings({ DATA_DIR: directory, LOG_LEVEL: 'error' }));
// Writing to a pipe is synchronous here: what was printed is out before the next line runs.
const print = (line: string) => void process.stdout.write(`${line}\n`);
print('ready');
const services = await startServices(foundation);
const catalogue = await services.catalogues.of(communityId);
const { rows } = readLedger(readFileSync(file), { catalogue, now: foundation.clock.now() });
const importer = new LedgerImport(foundation, services, catalogue);
const { fresh, issues } = await importer.compare(rows);
if (behaviour === 'acknowledges-too-soon') for (const { number } of fresh) print(number);
const refused = (await importer.run(fresh, { onRow: ({ number }) => print(number) })).issues;
for (const { row, reason } of [...issues, ...refused]) process.stderr.write(`${String(row)} ${reason}\n`);
await foundation.shutdown.run();
