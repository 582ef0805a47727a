// The process behind `npm run schema` and `npm run schema:check`.
import '../require-node.ts';

const { printSchemaFile } = await import('./print-schema.ts');
const check = process.argv.includes('--check');
if (!(await printSchemaFile({ check }))) {
  process.stderr.write('schema.graphql is not what is served. Run npm run schema and look at what changed.\n');
  process.exitCode = 1;
}
