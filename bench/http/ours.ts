// Our server with a ledger. Arguments: how many requests it holds.
import { startBenchApplication } from './application.ts';
import { reportUsage } from './usage.ts';

const { application, communityId, token, raise } = await startBenchApplication();
const count = Number(process.argv[2] ?? 0);
for (let done = 0; done < count; done += 100) await Promise.all(Array.from({ length: 100 }, raise));
const { foundation } = application;
await foundation.gate.waitFor(await foundation.store.head(), { timeoutMs: 60_000 });
reportUsage();
console.log(JSON.stringify({ url: `${application.url}/graphql`, token, communityId }));
