import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { inject } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import { domainOf } from '#platform/events/channels.ts';
import { REVOCATIONS_TOPIC } from '#platform/events/revocations.ts';
import { createWakeups } from '#platform/events/wakeups.ts';
import { startIssuer } from '#tests/fixtures/library/issuer.ts';
import type { Answer } from '#tests/fixtures/library/library.ts';
import { serveLiveSource } from '#tests/fixtures/library/live-source.ts';
import { type Resolvers, serveSubgraph } from '#tests/fixtures/library/subgraph-server.ts';
import { createKey, publicKeys } from '#tests/keys.ts';
import { unhurriedGateway } from '#tests/patience.ts';
import { readGatewayConfig } from '../config/config.ts';
import { createGateway, type Gateway } from '../server.ts';
import { GUARDED_SDL } from './guarded-sdl.ts';

/** Who asks, and what goes along. */
export interface Asking {
  /** Of the token; nobody is signed in where they are left out. */
  scopes?: string[];
  viewer?: string;
  roles?: string[];
  variables?: object;
  headers?: Record<string, string>;
  extensions?: object;
}

/** Subgraphs that protect what they hold, behind gateways of the compiled engine. */
export interface GuardedGraph {
  /** What the subgraphs were asked for since this was last read: resolvers that ran, in any order. */
  asked(): string[];
  start(environment?: Record<string, string>, edit?: (supergraph: string) => string): Promise<GuardedGateway>;
  close(): Promise<void>;
}

export interface GuardedGateway {
  url: string;
  ask(query: string, asking?: Asking): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts the subgraphs. */
export async function startGuardedGraph(engine: string): Promise<GuardedGraph> {
  let journal: string[] = [];
  const wakeups = createWakeups({
    redisUrl: inject('redisUrl'),
    log: createLogger({ level: 'silent', name: 'guarded' }),
  });
  const [issuer, key, source, people, health] = await Promise.all([
    startIssuer(),
    createKey('gateway'),
    serveLiveSource(wakeups),
    serveSubgraph(parse(GUARDED_SDL.people), noted(PEOPLE)),
    serveSubgraph(parse(GUARDED_SDL.health), noted(HEALTH)),
  ]);
  const supergraph = compose({ people: people.url, health: health.url });

  function noted(resolvers: Resolvers): Resolvers {
    const entries = Object.entries(resolvers).map(([type, fields]) => {
      const note = ([name, resolve]: [string, (...all: never[]) => unknown]) => [
        name,
        (...all: never[]) => {
          if (!name.startsWith('__')) journal.push(`${type}.${name}`);
          return resolve(...all);
        },
      ];
      return [type, Object.fromEntries(Object.entries(fields).map(note))];
    });
    return Object.fromEntries(entries);
  }

  async function tokenOf({ scopes, viewer = 'ada', roles = [] }: Asking): Promise<Record<string, string>> {
    if (scopes === undefined) return {};
    return { authorization: `Bearer ${await issuer.token(viewer, { scopes, roles })}` };
  }

  return {
    asked() {
      const asked = journal;
      journal = [];
      return asked;
    },
    async start(environment = {}, edit = (sdl) => sdl) {
      const folder = await mkdtemp(join(tmpdir(), 'guarded-'));
      const file = join(folder, 'supergraph.graphql');
      await writeFile(file, edit(supergraph));
      const gateway: Gateway = await createGateway(
        readGatewayConfig({
          PORT: '0',
          ENGINE: engine,
          SUPERGRAPH: file,
          REDIS_URL: inject('redisUrl'),
          USER_KEYS_URL: issuer.keysUrl,
          SERVICE_PUBLIC_KEYS: JSON.stringify(publicKeys([key])),
          SERVICE_PRIVATE_KEYS: JSON.stringify({ keys: [key] }),
          LIVE_SOURCES: JSON.stringify({ [domainOf(REVOCATIONS_TOPIC)]: source.address }),
          INTROSPECTION: 'true',
          LOG_LEVEL: 'silent',
          ...unhurriedGateway(engine),
          ...environment,
        }),
      );
      return {
        url: gateway.url,
        async ask(query, asking = {}) {
          const { variables, headers, extensions } = asking;
          const response = await fetch(`${gateway.url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...(await tokenOf(asking)), ...headers },
            body: JSON.stringify({ query, variables, extensions }),
          });
          const body = (await response.json()) as Omit<Answer, 'status' | 'headers'>;
          return { status: response.status, headers: response.headers, ...body };
        },
        async close() {
          await gateway.close();
          await rm(folder, { recursive: true });
        },
      };
    },
    async close() {
      await Promise.all([people.close(), health.close(), issuer.close(), wakeups.close()]);
      source.close();
    },
  };
}

function compose(urls: Record<keyof typeof GUARDED_SDL, string>): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'people', url: urls.people, typeDefs: parse(GUARDED_SDL.people) },
    { name: 'health', url: urls.health, typeDefs: parse(GUARDED_SDL.health) },
  ]);
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

const person = (id: string) => ({ __typename: 'Person', id });
const secret = { __typename: 'Secret' };

const PEOPLE: Resolvers = {
  Query: {
    open: () => 'open',
    me: () => person('1'),
    person: (_: never, { id }: { id: string }) => (id === 'none' ? null : person(id)),
    things: () => [person('1'), secret],
    beings: () => [person('1'), { __typename: 'Robot', id: 'r1' }],
    must: () => 'must',
    grade: () => 'A',
    stamp: () => 'stamp',
    page: () => ({ people: [person('1')], total: 1 }),
    ranked: () => [person('1')],
    everybody: () => [person('1')],
    report: () => ({ size: 1 }),
    media: () => [{ __typename: 'Book', id: 'b1', title: 'A book' }],
  },
  Mutation: {
    note: (_: never, { text }: { text: string }) => text,
    rename: () => person('1'),
    tag: () => person('1'),
  },
  Person: {
    __resolveReference: ({ id }: { id: string }) => person(id),
    name: ({ id }: { id: string }) => `Person ${id}`,
    nickname: () => 'nick',
    height: () => 1.8,
    friend: () => person('2'),
  },
  Robot: { name: () => 'Robot', nickname: () => 'robot' },
  Secret: { text: () => 'secret', note: () => 'note' },
};

const HEALTH: Resolvers = {
  Person: {
    __resolveReference: (reference: object) => reference,
    weight: () => 70,
    index: ({ height }: { height: number }) => height,
    steps: () => 5_000,
  },
  Media: { __resolveReference: (reference: object) => reference, stars: () => 5 },
};
