import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

const ACCOUNTS = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { me: User }
  type User @key(fields: "id") { id: ID! name: String }
`);
const REVIEWS = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type User @key(fields: "id") { id: ID! reviews: [String!] }
`);

let folder: string;
let supergraph: string;
const servers: ApolloServer[] = [];
const processes: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'standalone-'));
  const [accounts, reviews] = await Promise.all([
    serve(ACCOUNTS, { Query: { me: () => ({ id: '1', name: 'Ada' }) } }),
    serve(REVIEWS, { User: { reviews: ({ id }: { id: string }) => [`Review by ${id}`] } }),
  ]);
  const { supergraphSdl } = composeServices([
    { name: 'accounts', url: accounts, typeDefs: ACCOUNTS },
    { name: 'reviews', url: reviews, typeDefs: REVIEWS },
  ]);
  supergraph = await file('supergraph.graphql', supergraphSdl ?? '');
});
afterEach(async () => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(folder, { recursive: true });
});

describe.each(['apollo', 'compiled'])('npm run gateway, with nothing else running, ENGINE=%s', (ENGINE) => {
  it('serves any supergraph, and says where', async () => {
    const gateway = start({ ENGINE, SUPERGRAPH: supergraph, PORT: '0', AUTH: 'off' });
    const url = await gateway.url();
    expect(gateway.output().trimEnd().split('\n').at(-1)).toMatch(/ the gateway listens /);
    const ready = await fetch(new URL('/readyz', url));
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', reasons: [] }]);
    const answer = await fetch(url, {
      method: 'POST',
      // Whatever somebody sends as a token is nobody's here.
      headers: { 'content-type': 'application/json', authorization: 'Bearer of.no.meaning' },
      body: JSON.stringify({ query: '{ me { name reviews } }' }),
    });
    expect(await answer.json()).toEqual({ data: { me: { name: 'Ada', reviews: ['Review by 1'] } } });
    gateway.child.kill('SIGTERM');
    expect(await gateway.exited).toBe(0);
  });
});

it.each<[string, () => Promise<Record<string, string>>, string]>([
  ['no such file', async () => ({ SUPERGRAPH: 'nowhere.graphql' }), 'there is no such file'],
  ['a folder', async () => ({ SUPERGRAPH: folder }), 'it is a folder'],
  ['no SDL', async () => ({ SUPERGRAPH: await file('a', 'hello') }), 'holds nothing that can be served'],
  [
    'a subgraph in place of a supergraph',
    async () => ({ SUPERGRAPH: await file('b', 'type Query { a: Int }') }),
    'holds nothing that can be served',
  ],
  [
    'a subgraph without URL',
    async () => ({ SUPERGRAPH: await file('c', await withoutUrls()) }),
    'name one in SUBGRAPH_URLS',
  ],
  ['nothing at the URL', async () => ({ SUPERGRAPH: 'http://127.0.0.1:1/graph' }), 'cannot be reached'],
  ['a port that is taken', async () => ({ PORT: String(await takenPort()) }), 'choose another one'],
  ['tokens without their issuer', async () => ({ AUTH: 'on' }), 'USER_KEYS_URL: takes'],
])('ends, and says what to do: %s', async (_name, variables, message) => {
  const gateway = start({ SUPERGRAPH: supergraph, PORT: '0', AUTH: 'off', ...(await variables()) });
  expect(await gateway.exited).toBe(1);
  expect(gateway.output()).toContain(message);
  expect(gateway.output()).not.toMatch(/^\s+at /m);
});

/** As the bootstrap runs it, in an environment that names nothing else. */
function start(variables: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', './observability/register.ts', 'gateway/main.ts'], {
    cwd: ROOT,
    env: { LOG_FORMAT: 'readable', NODE_COMPILE_CACHE: join(ROOT, '.cache', 'compiled'), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  processes.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    exited,
    output: () => output,
    async url(): Promise<string> {
      const find = () => / the gateway listens .*url=(\S+)\n/.exec(output)?.[1];
      await expect.poll(() => find() ?? (child.exitCode === null ? undefined : output)).toMatch(/^http/);
      return find() ?? '';
    },
  };
}

async function serve(typeDefs: ReturnType<typeof parse>, resolvers: object): Promise<string> {
  const server = new ApolloServer({
    schema: buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]),
    stopOnTerminationSignals: false,
  });
  servers.push(server);
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return url;
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function withoutUrls(): Promise<string> {
  const { supergraphSdl } = composeServices([{ name: 'accounts', typeDefs: ACCOUNTS }]);
  return supergraphSdl ?? '';
}

/** Taken until the process ends. */
async function takenPort(): Promise<number> {
  const server = createServer().unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}
