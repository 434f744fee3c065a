import { expect, it } from 'vitest';
import { createKey, publicKeys } from '#tests/keys.ts';
import { readGatewayConfig } from '../config.ts';

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

it.each([
  ['a role without key', { SERVICE_ROLE: 'other' }, 'SERVICE_PRIVATE_KEYS: takes'],
  ['a sign-in without token path', { GRAPHIQL_SIGN_IN: 'sign-in.graphql' }, 'GRAPHIQL_TOKEN_PATH: takes'],
])('refuses %s', async (_name, variables, fault) => {
  const faulty = { ...(await environment()), ...variables };
  expect(() => readGatewayConfig(faulty)).toThrow(fault);
});
