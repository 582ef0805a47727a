// The dependency rules of docs/explanation/architecture.md, each provable: test/architecture holds a failing fixture for every
// one. Test files (*.spec.ts, and libs/*/testing) may reach for more, since nothing that runs imports them.
const TEST_CODE = '[.]spec[.]ts$|^libs/[^/]+/(testing|contract)/';
const ADAPTER = '^libs/(event-store/(sqlite|eventstoredb)|privacy/(sqlite|postgres))/';
const NEST = '(^|/)node_modules/@nestjs/';
const NEST_IN_APPLICATION = '(^|/)node_modules/@nestjs/(common|cqrs)/';
const GRAPHQL = '(^|/)node_modules/(graphql|graphql-[^/]+|@apollo/[^/]+|@as-integrations/[^/]+|dataloader)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-imports-only-kernel',
      comment: 'Rule 1: business rules are pure: no Nest, no Node built-in, no package, no other lib.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/domain/', pathNot: TEST_CODE },
      to: { pathNot: ['^libs/$1/domain/', '^libs/kernel/index[.]ts$'] },
    },
    {
      name: 'nest-and-graphql-at-the-edge',
      comment:
        'Rule 2: outside apps, graphql-kit and graphql/ nothing knows GraphQL, and only application/ knows Nest.',
      severity: 'error',
      from: {
        path: '^libs/',
        pathNot: [TEST_CODE, '^libs/graphql-kit/', '^libs/[^/]+/graphql/', '^libs/[^/]+/application/'],
      },
      to: { path: [NEST, GRAPHQL] },
    },
    {
      name: 'application-knows-only-the-buses',
      comment: 'Rule 2: application/ uses Nest for its decorators and buses, never for GraphQL or HTTP.',
      severity: 'error',
      from: { path: '^libs/[^/]+/application/', pathNot: TEST_CODE },
      to: { path: [NEST, GRAPHQL], pathNot: NEST_IN_APPLICATION },
    },
    {
      name: 'adapters-at-the-root',
      comment: 'Rule 3: which stores run is decided in apps/; everything else speaks to their ports.',
      severity: 'error',
      from: { path: '^libs/', pathNot: [TEST_CODE, ADAPTER] },
      to: { path: ADAPTER },
    },
    {
      name: 'application-reads-no-read-model',
      comment: 'Rule 4: a decision rests on streams, never on a projection that may lag.',
      severity: 'error',
      from: { path: '^libs/[^/]+/application/', pathNot: TEST_CODE },
      to: { path: '^libs/[^/]+/(read-models|graphql)/' },
    },
    {
      name: 'read-models-know-no-application',
      comment: 'Rule 4: read models follow events, whose form both sides read in codec/.',
      severity: 'error',
      from: { path: '^libs/[^/]+/read-models/', pathNot: TEST_CODE },
      to: { path: '^libs/[^/]+/(application|graphql)/' },
    },
    {
      name: 'codec-knows-only-events',
      comment: 'Rule 4: the stored form of events depends on the events alone, so both sides may depend on it.',
      severity: 'error',
      from: { path: '^libs/[^/]+/codec/', pathNot: TEST_CODE },
      to: { path: '^libs/[^/]+/(application|read-models|graphql)/' },
    },
    {
      name: 'read-models-apart',
      comment: 'Rule 5: a read model never reads another one, in its own scope or elsewhere.',
      severity: 'error',
      from: { path: '^libs/[^/]+/read-models/[^/]+[.]projection[.]ts$', pathNot: TEST_CODE },
      to: { path: '[.](projection|query)[.]ts$' },
    },
    {
      name: 'scopes-meet-at-the-index',
      comment: 'Rules 5 and 6: another lib is reached through an index.ts, never deeper.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/', pathNot: ['^libs/$1/', '/index[.]ts$'] },
    },
    {
      name: 'no-deep-imports-from-outside',
      comment: 'Rule 6: apps, tests and benches reach a lib through an index.ts, never deeper.',
      severity: 'error',
      from: { path: '^(apps|test|bench)/' },
      to: { path: '^libs/', pathNot: '/index[.]ts$' },
    },
    {
      name: 'libs-know-no-app',
      comment: 'Rule 6: the arrows point one way; a lib never imports an app, a test or a bench.',
      severity: 'error',
      from: { path: '^libs/', pathNot: TEST_CODE },
      to: { path: '^(apps|test|bench)/' },
    },
    {
      name: 'test-code-knows-only-test-support',
      comment:
        'Rule 6: the test code of a lib may use what test/support offers, and nothing else from outside the libs.',
      from: { path: '^libs/.*[.]spec[.]ts$|^libs/[^/]+/(testing|contract)/' },
      to: { path: '^(apps|test|bench)/', pathNot: '^test/support/[^/]+/index[.]ts$' },
    },
    {
      name: 'no-cycles',
      comment: 'Rule 6: no cycles, type-only imports included.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that does not resolve escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|apps/graphiql|test/architecture/fixtures)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
};
