// `npm run start:projector`: makes the read models of a house that is scaled out, until a signal stops it.
import '../require-node.ts';

await import('./start.ts').then(({ start }) => start(process.argv.slice(2)));
