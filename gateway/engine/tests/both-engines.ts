import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import { domainOf } from '#platform/events/channels.ts';
import { REVOCATIONS_TOPIC } from '#platform/events/revocations.ts';
import { createWakeups } from '#platform/events/wakeups.ts';
import { startIssuer } from '#tests/fixtures/library/issuer.ts';
import { serveLiveSource } from '#tests/fixtures/library/live-source.ts';
import { createKey, publicKeys } from '#tests/keys.ts';
import { unhurriedGateway } from '#tests/patience.ts';
import { readGatewayConfig } from '../../config/config.ts';
import { createGateway, type Gateway } from '../../server.ts';

/** What a client gets. */
export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: AnsweredError[];
}

interface AnsweredError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string };
}

const ENGINES = ['apollo', 'compiled'] as const;
export type EngineName = (typeof ENGINES)[number];

/** The same subgraphs behind a gateway of each engine. */
export interface BothEngines {
  /** Of POST /graphql. */
  url(engine: EngineName): string;
  ask(engine: EngineName, query: string, variables?: object): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts a gateway of each engine. */
export async function startBothEngines(supergraph: string): Promise<BothEngines> {
  const folder = await mkdtemp(join(tmpdir(), 'engines-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  await writeFile(supergraphFile, supergraph);
  const wakeups = createWakeups({
    redisUrl: inject('redisUrl'),
    log: createLogger({ level: 'silent', name: 'engines' }),
  });
  const [issuer, key, source] = await Promise.all([
    startIssuer(),
    createKey('gateway'),
    serveLiveSource(wakeups),
  ]);
  const start = (engine: EngineName): Promise<Gateway> =>
    createGateway(
      readGatewayConfig({
        PORT: '0',
        ENGINE: engine,
        SUPERGRAPH: supergraphFile,
        REDIS_URL: inject('redisUrl'),
        USER_KEYS_URL: issuer.keysUrl,
        SERVICE_PUBLIC_KEYS: JSON.stringify(publicKeys([key])),
        SERVICE_PRIVATE_KEYS: JSON.stringify({ keys: [key] }),
        LIVE_SOURCES: JSON.stringify({ [domainOf(REVOCATIONS_TOPIC)]: source.address }),
        INTROSPECTION: 'true',
        LOG_LEVEL: 'silent',
        ...unhurriedGateway(engine),
      }),
    );
  const gateways = { apollo: await start('apollo'), compiled: await start('compiled') };
  const url = (engine: EngineName) => `${gateways[engine].url}/graphql`;
  return {
    url,
    async ask(engine, query, variables = {}) {
      const response = await fetch(url(engine), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer;
    },
    async close() {
      await Promise.all([gateways.apollo.close(), gateways.compiled.close()]);
      await Promise.all([issuer.close(), wakeups.close()]);
      source.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Codes and paths of an answer's errors, in one order: subgraphs answer in any. */
export function faultsOf({ errors = [] }: Answer): string[] {
  return errors.map(({ path, extensions }) => `${extensions.code} ${path?.join('.')}`).sort();
}
