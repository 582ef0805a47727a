// Our server with an office's ledger open. `publish` raises a request, which every open page is told of.
import { startBenchApplication } from '../http/application.ts';
import { answerBench } from './answers.ts';

const { application, communityId, token, raise } = await startBenchApplication();
answerBench(async () => {
  await raise();
});
console.log(JSON.stringify({ url: application.url.replace('http', 'ws') + '/graphql', token, communityId }));
