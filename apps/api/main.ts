// `npm start`: the server with the settings of the environment, until a signal stops it.
import '../require-node.ts';

await import('./start.ts').then(({ start }) => start(process.argv.slice(2)));
