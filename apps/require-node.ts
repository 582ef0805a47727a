// Stops a process started on too old a Node with one sentence instead of a stack trace. An entry file imports this
// first and everything else dynamically afterwards, because newer syntax and built-ins must not be reached.

const NEEDED = 26;

/** @param version as in `process.versions.node`; answers the sentence to show, or nothing when it is new enough */
export function nodeVersionProblem(version: string): string | undefined {
  const major = Number(version.split('.')[0]);
  if (major >= NEEDED) return undefined;
  return `Bangbangwo needs Node.js ${String(NEEDED)}, but this is ${version}. Start it with npm (npm start, npm run demo): the right Node comes with npm ci.`;
}

const problem = nodeVersionProblem(process.versions.node);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
