/** A package that the project is built on, and what shows that it is. */
interface UsedPackage {
  name: string;
  /** What it is there for. */
  purpose: string;
  /** The file that takes it into what `npm start` runs, or builds with. */
  file: string;
  /** What stands there, where the package is not imported by its name. */
  sign?: string;
  /** The test that fails without it: `npm run test:long -- packages` takes it away and looks. */
  test: string;
}

/** The packages that the card of the project names. */
export const PACKAGES: readonly UsedPackage[] = [
  {
    name: '@apollo/gateway',
    purpose: 'the reference executor, under ENGINE=apollo',
    file: 'gateway/apollo/apollo-executor.ts',
    test: 'gateway/tests/failing-subgraphs.test.ts',
  },
  {
    name: '@apollo/subgraph',
    purpose: "every domain's federated schema",
    file: 'platform/graphql/subgraph.ts',
    test: 'tests/contracts/documents.test.ts',
  },
  {
    name: '@apollo/server',
    purpose: "serves every domain's subgraph",
    file: 'platform/graphql/subgraph.ts',
    test: 'tests/contracts/documents.test.ts',
  },
  {
    name: 'graphql-ws',
    purpose: 'the protocol of subscriptions over WebSocket',
    file: 'gateway/live/web-socket/socket-session.ts',
    test: 'gateway/tests/live-events.test.ts',
  },
  {
    name: '@grpc/grpc-js',
    purpose: "the services' other door, and their calls of each other",
    file: 'platform/grpc/server.ts',
    test: 'subgraphs/messaging/tests/lists.test.ts',
  },
  {
    name: '@grpc/proto-loader',
    purpose: 'messages and methods of proto/',
    file: 'platform/grpc/protos.ts',
    test: 'platform/events/tests/log.test.ts',
  },
  {
    name: 'prisma',
    purpose: "makes every domain's database client",
    file: 'scripts/generate/parts.ts',
    sign: "toolPath('prisma')",
    test: 'scripts/tests/generated-client.test.ts',
  },
  {
    name: '@prisma/client',
    purpose: "the run time of every domain's database client",
    file: 'subgraphs/messaging/index.ts',
    sign: "'#gen/prisma/messaging/client.ts'",
    test: 'subgraphs/messaging/tests/lists.test.ts',
  },
  {
    name: 'ioredis',
    purpose: 'wake-ups, counts and kept answers in Redis',
    file: 'gateway/config/redis.ts',
    test: 'gateway/tests/live-redis.test.ts',
  },
  {
    name: 'graphql-redis-subscriptions',
    purpose: 'hears the wake-ups of subscriptions',
    file: 'platform/events/wakeups.ts',
    test: 'platform/events/tests/wakeups.test.ts',
  },
  {
    name: '@opentelemetry/instrumentation-graphql',
    purpose: 'spans of operations',
    file: 'observability/telemetry.ts',
    test: 'observability/tests/tracing.test.ts',
  },
  {
    name: 'prom-client',
    purpose: 'the metrics of every process',
    file: 'observability/metrics.ts',
    test: 'observability/tests/metrics.test.ts',
  },
];
