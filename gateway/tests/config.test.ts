import { expect, it } from 'vitest';
import { createKey, publicKeys } from '#tests/keys.ts';
import { readGatewayConfig } from '../config/config.ts';

async function environment(): Promise<Record<string, string>> {
  const key = await createKey('gateway');
  return {
    REDIS_URL: 'redis://127.0.0.1:6379',
    USER_KEYS_URL: 'http://127.0.0.1:4001/.well-known/jwks.json',
    SERVICE_PUBLIC_KEYS: JSON.stringify(publicKeys([key])),
    SERVICE_PRIVATE_KEYS: JSON.stringify({ keys: [key] }),
  };
}

it('forwards nothing, shows nothing and believes nobody unless it is told to', async () => {
  expect(readGatewayConfig(await environment())).toMatchObject({
    subgraphs: { headers: {}, urls: {} },
    cors: { origins: [] },
    trustedProxies: [],
    introspection: false,
    graphiql: null,
  });
});

it('reads header names without case', async () => {
  const { subgraphs } = readGatewayConfig({
    ...(await environment()),
    SUBGRAPH_HEADERS: '{"*":["X-Request-Id"]}',
  });
  expect(subgraphs.headers).toEqual({ '*': ['x-request-id'] });
});

it('is frozen throughout', async () => {
  const { limits } = readGatewayConfig(await environment());
  expect(() => Object.assign(limits, { depth: 1_000 })).toThrow(TypeError);
});

it('tells all faults together, each with its variable', async () => {
  const faulty = {
    ...(await environment()),
    PORT: 'http',
    LIVE_SOURCES: '{',
    CORS_ORIGINS: '',
    REDIS_URL: 'localhost',
  };
  const read = () => readGatewayConfig(faulty);
  for (const variable of ['PORT', 'LIVE_SOURCES', 'REDIS_URL']) expect(read).toThrow(`${variable}: takes`);
  expect(read).not.toThrow('CORS_ORIGINS');
});

it('needs a supergraph and nothing else where nobody signs in', () => {
  expect(readGatewayConfig({ AUTH: 'off', SUPERGRAPH: 'graph.graphql' })).toMatchObject({
    supergraph: { source: { kind: 'file', path: 'graph.graphql' }, copyFile: null, breaking: 'refuse' },
    tokens: null,
    redisUrl: null,
  });
});

it('tells all that signing in needs, and how to do without', () => {
  const read = () => readGatewayConfig({ PORT: 'http' });
  for (const variable of [
    'PORT',
    'REDIS_URL',
    'USER_KEYS_URL',
    'SERVICE_PUBLIC_KEYS',
    'SERVICE_PRIVATE_KEYS',
  ])
    expect(read).toThrow(`${variable}: takes`);
  expect(read).toThrow('or set AUTH=off');
});

it.each([
  ['./graph.graphql', { kind: 'file', path: './graph.graphql' }],
  ['https://registry.example/graph?tag=a', { kind: 'url', url: 'https://registry.example/graph?tag=a' }],
  ['redis://a:b@cache:6379/2#graph%20a', { kind: 'redis', url: 'redis://a:b@cache:6379/2', key: 'graph a' }],
])('reads where the supergraph is: %s', (text, source) => {
  expect(readGatewayConfig({ AUTH: 'off', SUPERGRAPH: text }).supergraph.source).toMatchObject(source);
});

it.each([
  ['redis without a key', { SUPERGRAPH: 'redis://cache:6379/0' }],
  ['another scheme', { SUPERGRAPH: 'ftp://example.com/graph' }],
  ['credentials in a URL', { SUPERGRAPH: 'https://me:secret@registry.example/graph' }],
  ['a token that goes nowhere', { SUPERGRAPH_TOKEN: 'secret' }],
])('refuses a supergraph of %s', (_name, variables) => {
  const [variable = ''] = Object.keys(variables);
  const read = () => readGatewayConfig({ AUTH: 'off', ...variables });
  expect(read).toThrow(`${variable}: takes`);
  expect(read).not.toThrow('secret');
});

it.each([
  ['a role without key', { SERVICE_ROLE: 'other' }, 'SERVICE_PRIVATE_KEYS: takes'],
  ['trusted documents without a file', { TRUSTED_DOCUMENTS: 'log' }, 'TRUSTED_DOCUMENTS_FILE: takes'],
  [
    'a page whose documents are refused',
    {
      TRUSTED_DOCUMENTS: 'enforce',
      TRUSTED_DOCUMENTS_FILE: 'a.json',
      ENGINE: 'compiled',
      GRAPHIQL: 'true',
    },
    'TRUSTED_DOCUMENTS: takes off or log',
  ],
  [
    'answers that are kept nowhere',
    { AUTH: 'off', REDIS_URL: '', RESPONSE_CACHE: 'true' },
    'RESPONSE_CACHE: takes true with REDIS_URL',
  ],
  [
    'clients that are still there when the gateway has to be gone',
    { LIVE_DRAIN_MS: '3000', SHUTDOWN_TIMEOUT_MS: '4000' },
    'LIVE_DRAIN_MS: takes half of SHUTDOWN_TIMEOUT_MS at most',
  ],
  ['a sign-in without token path', { GRAPHIQL_SIGN_IN: 'sign-in.graphql' }, 'GRAPHIQL_TOKEN_PATH: takes'],
])('refuses %s', async (_name, variables, fault) => {
  const faulty = { ...(await environment()), ...variables };
  expect(() => readGatewayConfig(faulty)).toThrow(fault);
});

it.each([
  ['kept answers', { RESPONSE_CACHE: 'true' }, 'RESPONSE_CACHE: takes false with ENGINE=apollo'],
  ['a planner', { PLANNER: 'native' }, 'PLANNER: is left out with ENGINE=apollo'],
  ['an end of planning', { PLAN_TIMEOUT_MS: '3000' }, 'PLAN_TIMEOUT_MS: is left out with ENGINE=apollo'],
  ['overrides', { OVERRIDE_LABELS: 'new' }, 'OVERRIDE_LABELS: is left out with ENGINE=apollo'],
  [
    'subscriptions of subgraphs',
    { SUBGRAPH_WS_URLS: '{"a":"ws://a:1/"}' },
    'SUBGRAPH_WS_URLS: is left out with ENGINE=apollo',
  ],
  [
    'public data',
    { SUBGRAPH_POLICIES: '{"*":{"anonymousPublic":true}}' },
    'SUBGRAPH_POLICIES: takes no anonymousPublic with ENGINE=apollo',
  ],
])('refuses what ApolloGateway cannot do: %s', async (_name, variables, fault) => {
  const faulty = { ...(await environment()), ENGINE: 'apollo', ...variables };
  expect(() => readGatewayConfig(faulty)).toThrow(fault);
});
