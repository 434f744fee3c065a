/** Who may import whom. `npm test` checks it; docs/ARCHITECTURE.md says why. */

const TESTS = '(^tests/|/tests/|\\.test\\.ts$)';

/**
 * The rooms of a domain, each with those that it may import from (docs/ARCHITECTURE.md: One domain, from inside). None comes
 * back to a room above it, so that rooms never import each other in a circle.
 */
const ROOMS = {
  rules: [],
  requests: ['rules'],
  events: ['rules'],
  store: ['rules', 'events'],
  adapters: ['config.ts', 'rules', 'events', 'store'],
  rpc: ['rules', 'requests', 'events', 'store', 'adapters'],
  graphql: ['requests', 'rpc'],
  consumers: ['rules', 'events', 'store', 'adapters', 'rpc'],
  jobs: ['rules', 'events', 'store', 'adapters', 'rpc'],
};

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'a domain never imports another: it calls its gRPC service, or consumes its events',
      severity: 'error',
      from: { path: '^subgraphs/([^/]+)/' },
      to: { path: '^subgraphs/[^/]+/', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'from outside, a domain is its index.ts alone',
      severity: 'error',
      from: { path: '^(subgraphs/[^/]+\\.ts$|scripts/|tests/)', pathNot: TESTS },
      to: { path: '^subgraphs/[^/]+/', pathNot: '/index\\.ts$' },
    },
    {
      name: "a domain's rules import nothing of ours",
      severity: 'error',
      from: { path: '^subgraphs/[^/]+/rules/', pathNot: TESTS },
      to: {
        path: '^(subgraphs|platform|gateway|observability|gen|scripts|tests)/',
        pathNot: '^subgraphs/[^/]+/rules/',
      },
    },
    ...Object.entries(ROOMS).map(([room, above]) => ({
      name: `a domain's ${room} import ${above.length === 0 ? 'no other room' : `no rooms but ${above.join(', ')}`}`,
      severity: 'error',
      from: { path: `^subgraphs/([^/]+)/${room}/`, pathNot: TESTS },
      to: {
        path: '^subgraphs/$1/',
        pathNot: `^subgraphs/$1/(${[room, ...above].join('|')})(/|$)`,
      },
    })),
    {
      name: "a domain's configuration imports none of its rooms",
      severity: 'error',
      from: { path: '^subgraphs/([^/]+)/config\\.ts$' },
      to: { path: '^subgraphs/$1/' },
    },
    {
      name: 'the platform knows no domain and no gateway',
      severity: 'error',
      from: { path: '^platform/', pathNot: TESTS },
      to: { path: '^(subgraphs|gateway)/' },
    },
    {
      name: 'the gateway knows no domain',
      severity: 'error',
      from: { path: '^gateway/', pathNot: TESTS },
      to: { path: '^(subgraphs|gen/graphql|gen/prisma)/' },
    },
    {
      name: 'the telemetry packages have one importer, observability/',
      severity: 'error',
      from: { pathNot: '^observability/' },
      to: { path: '@opentelemetry/(sdk|exporter|instrumentation|resources)' },
    },
    {
      name: 'only tests import tests',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'what runs in production imports no script',
      severity: 'error',
      from: { path: '^(gateway|subgraphs|platform|observability)/', pathNot: TESTS },
      to: { path: '^scripts/' },
    },
    {
      name: 'no files import each other in a circle, types neither',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every import leads somewhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^gen/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
