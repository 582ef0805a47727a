// The operator's command line: `npm run cli -- <command>`.
import '../require-node.ts';

// Whoever reads the answer may stop reading, as `head` does; the work goes on to its end.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const { runProgram } = await import('./program.ts');
process.exitCode = await runProgram(process.argv.slice(2));
