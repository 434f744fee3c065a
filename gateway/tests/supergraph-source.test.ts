import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import { readGatewayConfig } from '../config/config.ts';
import { createGateway, type Gateway } from '../server.ts';

let gateway: Gateway | undefined;
let lines: string[];

afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

describe('a URL', () => {
  let registry: Registry;

  beforeEach(async () => {
    registry = await startRegistry();
    registry.publish(supergraph('a: Int'));
  });
  afterEach(() => registry.close());

  it('is asked again, and answers nothing while nothing is new', async () => {
    await open({ SUPERGRAPH: registry.url, SUPERGRAPH_TOKEN: 'secret' });
    await expect.poll(() => registry.answers.filter((status) => status === 304).length).toBeGreaterThan(1);
    expect(registry.answers.filter((status) => status === 200)).toHaveLength(1);
    expect([...registry.authorizations]).toEqual(['Bearer secret']);
    registry.publish(supergraph('a: Int b: Int'));
    await expect.poll(fields).toEqual(['a', 'b']);
    expect(lines.join('')).not.toContain('secret');
  });

  it('may be away: what it gave stays, until it gives another', async () => {
    await open({ SUPERGRAPH: registry.url });
    await registry.close();
    await expect.poll(() => reloads('unavailable')).toBeGreaterThan(1);
    expect(await fields()).toEqual(['a']);
    await registry.open();
    registry.publish(supergraph('a: Int c: Int'));
    await expect.poll(fields).toEqual(['a', 'c']);
    expect(lines.filter((line) => line.includes('no supergraph can be had'))).toHaveLength(1);
    expect(lines.join('')).toContain('is back');
  });

  it.each([
    ['fails', 500, 'x'],
    ['wants another token', 401, 'x'],
    ['gives too much', 200, '#'.repeat(20_000)],
  ])('may be one that %s', async (_what, status, text) => {
    await open({ SUPERGRAPH: registry.url, SUPERGRAPH_MAX_BYTES: '10000' });
    registry.publish(text, status);
    await expect.poll(() => reloads('unavailable')).toBeGreaterThan(0);
    expect(await fields()).toEqual(['a']);
    registry.publish(supergraph('a: Int d: Int'));
    await expect.poll(fields).toEqual(['a', 'd']);
  });

  it('that does not answer ends the start in time', async () => {
    registry.hang();
    const opening = open({ SUPERGRAPH: registry.url, SUPERGRAPH_TIMEOUT_MS: '200' });
    await expect(opening).rejects.toThrow('did not answer within SUPERGRAPH_TIMEOUT_MS, 200 ms');
  });

  it('that is away at the start is replaced by the copy of what it gave last', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'copy-'));
    const variables = { SUPERGRAPH: registry.url, SUPERGRAPH_COPY: join(folder, 'last.graphql') };
    await open(variables);
    registry.publish(supergraph('a: Int e: Int'));
    await expect.poll(() => readFile(variables.SUPERGRAPH_COPY, 'utf8')).toContain('e: Int');
    await gateway?.close();
    await registry.close();
    await open(variables);
    expect(await fields()).toEqual(['a', 'e']);
    await registry.open();
    registry.publish(supergraph('a: Int e: Int f: Int'));
    await expect.poll(fields).toEqual(['a', 'e', 'f']);
    await rm(folder, { recursive: true });
  });
});

describe('a key in Redis', () => {
  const key = `supergraph-${randomUUID()}`;
  let redis: Redis;

  beforeAll(() => {
    redis = new Redis(inject('redisUrl'));
  });
  afterAll(async () => {
    await redis.del(key);
    redis.disconnect();
  });
  const location = () => `${inject('redisUrl')}#${key}`;

  it('is read as soon as somebody says that it is new', async () => {
    await redis.set(key, supergraph('a: Int'));
    await open({ SUPERGRAPH: location(), SUPERGRAPH_POLL_MS: '86400000' });
    await expect.poll(() => redis.pubsub('NUMSUB', key)).toEqual([key, 1]);
    await redis.set(key, supergraph('a: Int b: Int'));
    await redis.publish(key, 'new');
    await expect.poll(fields).toEqual(['a', 'b']);
  });

  it('is read also where nobody says so', async () => {
    await redis.set(key, supergraph('a: Int'));
    await open({ SUPERGRAPH: location() });
    await redis.set(key, supergraph('a: Int c: Int'));
    await expect.poll(fields).toEqual(['a', 'c']);
    await redis.del(key);
    await expect.poll(() => reloads('unavailable')).toBeGreaterThan(0);
    expect(await fields()).toEqual(['a', 'c']);
  });

  it('that does not exist ends the start', async () => {
    await redis.del(key);
    await expect(open({ SUPERGRAPH: location() })).rejects.toThrow('does not exist: write the supergraph');
  });
});

describe('a supergraph that breaks the schema in use', () => {
  let registry: Registry;

  beforeEach(async () => {
    registry = await startRegistry();
    registry.publish(supergraph('a: Int b: Int'));
  });
  afterEach(() => registry.close());

  it('is refused, and the log names what breaks', async () => {
    await open({ SUPERGRAPH: registry.url });
    registry.publish(supergraph('b: Int c: Int'));
    await expect.poll(() => reloads('breaking')).toBe(1);
    expect(lines.join('')).toContain('Query.a was removed');
    expect(await fields()).toEqual(['a', 'b']);
    registry.publish(supergraph('a: Int b: Int c: Int'));
    await expect.poll(fields).toEqual(['a', 'b', 'c']);
    expect(await reloads('breaking')).toBe(1);
  });

  it('is served where it may be', async () => {
    await open({ SUPERGRAPH: registry.url, SUPERGRAPH_BREAKING: 'allow' });
    registry.publish(supergraph('b: Int c: Int'));
    await expect.poll(fields).toEqual(['b', 'c']);
    expect(lines.join('')).toContain('Query.a was removed');
  });

  it('is served after a restart', async () => {
    await open({ SUPERGRAPH: registry.url });
    registry.publish(supergraph('b: Int'));
    await expect.poll(() => reloads('breaking')).toBe(1);
    await gateway?.close();
    await open({ SUPERGRAPH: registry.url });
    expect(await fields()).toEqual(['b']);
  });
});

async function open(variables: Record<string, string>): Promise<void> {
  lines = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const config = readGatewayConfig({
    PORT: '0',
    AUTH: 'off',
    INTROSPECTION: 'true',
    SUPERGRAPH_POLL_MS: '100',
    ENGINE: inject('engine'),
    ...variables,
  });
  gateway = await createGateway(config, {
    log: createLogger({ level: 'info', name: 'gateway' }, destination),
  });
}

/** Of Query. */
async function fields(): Promise<string[]> {
  const response = await fetch(`${gateway?.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __schema { queryType { fields { name } } } }"}',
  });
  const { data } = (await response.json()) as {
    data: { __schema: { queryType: { fields: { name: string }[] } } };
  };
  return data.__schema.queryType.fields.map(({ name }) => name).sort();
}

async function reloads(outcome: string): Promise<number> {
  const text = await (await fetch(`${gateway?.url}/metrics`)).text();
  return Number(new RegExp(`supergraph_reloads_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

function supergraph(queryFields: string): string {
  const { supergraphSdl } = composeServices([
    { name: 'one', url: 'http://127.0.0.1:1/graphql', typeDefs: parse(`type Query { ${queryFields} }`) },
  ]);
  return supergraphSdl ?? '';
}

/** Gives a supergraph by HTTP, as a schema registry does. */
interface Registry {
  url: string;
  /** Statuses of what it answered. */
  answers: number[];
  authorizations: Set<string | undefined>;
  publish(sdl: string, status?: number): void;
  /** Answers nobody from now on. */
  hang(): void;
  open(): Promise<void>;
  close(): Promise<void>;
}

async function startRegistry(): Promise<Registry> {
  let published = { sdl: '', status: 200, etag: '' };
  let hangs = false;
  let server: Server | undefined;
  let port = 0;
  const answers: number[] = [];
  const authorizations = new Set<string | undefined>();

  async function openPort(): Promise<void> {
    server = createServer((request, response) => {
      authorizations.add(request.headers.authorization);
      if (hangs) return;
      const { sdl, status, etag } = published;
      const isKnown = status === 200 && request.headers['if-none-match'] === etag;
      answers.push(isKnown ? 304 : status);
      response.writeHead(isKnown ? 304 : status, { etag });
      response.end(isKnown ? undefined : sdl);
    });
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  }

  await openPort();
  return {
    url: `http://127.0.0.1:${port}/graph?tag=secret`,
    answers,
    authorizations,
    publish(sdl, status = 200) {
      published = { sdl, status, etag: `"${randomUUID()}"` };
    },
    hang() {
      hangs = true;
    },
    open: openPort,
    async close() {
      const closed = new Promise((resolve) => server?.close(resolve));
      server?.closeAllConnections();
      await closed;
    },
  };
}
