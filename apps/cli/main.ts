// The operator's command line: `npm run cli -- <command>`.
import '../require-node.ts';

const { runProgram } = await import('./program.ts');
process.exitCode = await runProgram(process.argv.slice(2));
