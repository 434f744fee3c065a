import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GraphQLSchema, print, validate } from 'graphql';
import { createLogger } from '#observability/logger.ts';
import { domainOf } from '#platform/events/channels.ts';
import { REVOCATIONS_TOPIC } from '#platform/events/revocations.ts';
import { createWakeups } from '#platform/events/wakeups.ts';
import { readGatewayConfig } from '../../gateway/config/config.ts';
import { createGateway } from '../../gateway/server.ts';
import { allParts, askInParts, merged } from '../fixtures/in-parts.ts';
import { startIssuer } from '../fixtures/library/issuer.ts';
import { serveLiveSource } from '../fixtures/library/live-source.ts';
import { createKey, publicKeys } from '../keys.ts';
import type { Answer, ExpectedAnswer } from './compare.ts';
import { apiSchemaOf, composeSupergraph, readSubgraphs } from './composed.ts';
import { CACHING_ENGINE, ENGINES } from './engines.ts';
import type { Fault, Faults } from './faults.ts';
import type { GeneratedOperation } from './generate.ts';
import { askOracle } from './oracle.ts';
import { possibleFaults } from './possible-faults.ts';
import { readFacts, type SubgraphFacts } from './subgraph-facts.ts';
import { serveSubgraph } from './subgraph-server.ts';
import { withCaching } from './with-caching.ts';
import { createWorld, type Fixture, type World } from './world.ts';

/** One supergraph with its subgraphs and a gateway for each engine before them. */
export interface Arena {
  fixture: Fixture;
  schema: GraphQLSchema;
  facts: SubgraphFacts;
  engines: readonly string[];
  /** What arguments of type ID can be. */
  ids: readonly string[];
  possibleFaults: readonly Fault[];
  /** Whether clients may ask it. */
  isValid(operation: GeneratedOperation): boolean;
  expected(operation: GeneratedOperation, faults: Faults): Promise<ExpectedAnswer>;
  /**
   * Asks the gateway with this engine, over HTTP, and puts the parts of the answer together. One question at a time: the
   * faults are the subgraphs' own.
   */
  ask(
    engine: string,
    operation: GeneratedOperation,
    faults: Faults,
    accept?: string,
  ): Promise<Answer & { parts: number }>;
  close(): Promise<void>;
}

/** Starts the subgraphs of a fixture, and the gateways. */
export async function openArena(fixture: Fixture, redisUrl: string): Promise<Arena> {
  const subgraphs = readSubgraphs(fixture.name);
  const facts = readFacts(subgraphs);
  let world: World = createWorld(fixture, []);
  const running = await Promise.all(
    subgraphs.map((subgraph) => serveSubgraph(subgraph, { fixture, facts, world: () => world })),
  );
  const urls = Object.fromEntries(subgraphs.map(({ name }, index) => [name, running[index]?.url ?? '']));
  const supergraph = composeSupergraph(subgraphs, urls);
  const schema = apiSchemaOf(supergraph);
  const gateways = await openGateways(supergraph, redisUrl);
  return {
    fixture,
    schema,
    facts,
    engines: Object.keys(gateways.urls),
    ids: [...Object.values(world.records).flatMap((records) => Object.keys(records)), 'nobody'],
    possibleFaults: possibleFaults(fixture, schema, facts),
    isValid: ({ document }) => validate(schema, document).length === 0,
    expected: (operation, faults) => askOracle(fixture, schema, facts, { ...operation, faults }),
    async ask(engine, { document, variables }, faults, accept = 'application/json') {
      world = createWorld(fixture, faults);
      const asked = { query: print(document), variables };
      const parts = await allParts(await askInParts(`${gateways.urls[engine]}/graphql`, asked, { accept }));
      const { data, errors } = merged(parts);
      return {
        data,
        errors: errors.map(({ message, path = [] }) => ({ message, path })),
        parts: parts.length,
      };
    },
    async close() {
      await gateways.close();
      await Promise.all(running.map((subgraph) => subgraph.close()));
    },
  };
}

async function openGateways(supergraph: string, redisUrl: string) {
  const wakeups = createWakeups({ redisUrl, log: createLogger({ level: 'silent', name: 'differential' }) });
  const [issuer, live, key, folder] = await Promise.all([
    startIssuer(),
    serveLiveSource(wakeups),
    createKey('gateway'),
    mkdtemp(join(tmpdir(), 'differential-')),
  ]);
  const file = join(folder, 'supergraph.graphql');
  const cachedFile = join(folder, 'cached.graphql');
  await writeFile(file, supergraph);
  await writeFile(cachedFile, withCaching(supergraph));
  const environment = {
    PORT: '0',
    REDIS_URL: redisUrl,
    USER_KEYS_URL: issuer.keysUrl,
    SERVICE_PUBLIC_KEYS: JSON.stringify(publicKeys([key])),
    SERVICE_PRIVATE_KEYS: JSON.stringify({ keys: [key] }),
    LIVE_SOURCES: JSON.stringify({ [domainOf(REVOCATIONS_TOPIC)]: live.address }),
    LOG_LEVEL: 'silent',
    ...WIDE_LIMITS,
  };
  const engines = Object.keys(ENGINES);
  const gateways = await Promise.all(
    engines.map((engine) => {
      const served = engine === CACHING_ENGINE ? cachedFile : file;
      return createGateway(readGatewayConfig({ ...environment, SUPERGRAPH: served, ...ENGINES[engine] }));
    }),
  );
  return {
    urls: Object.fromEntries(engines.map((engine, index) => [engine, gateways[index]?.url ?? ''])),
    async close() {
      await Promise.all(gateways.map((gateway) => gateway.close()));
      await Promise.all([issuer.close(), wakeups.close()]);
      live.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** What is asked here is judged by its answer, never refused for its size or for what else the machine does. */
const WIDE_LIMITS = {
  LIMIT_DEPTH: '100',
  LIMIT_ALIASES: '1000',
  LIMIT_TOKENS: '100000',
  LIMIT_DIRECTIVES: '10000',
  LIMIT_ROOT_FIELDS: '10000',
  OPERATION_COST_LIMITS: '{}',
  RATE_LIMITS: '[]',
  LIMIT_REQUEST_MS: '60000',
  SUBGRAPH_TIMEOUT_MS: '30000',
};
