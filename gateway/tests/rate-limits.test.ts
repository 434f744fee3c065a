import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { EXECUTORS } from '#tests/executors.ts';
import { readGatewayConfig } from '../config/config.ts';
import { clientOf, createAddressList } from '../rate-limits/addresses.ts';
import { createAllowances } from '../rate-limits/allowances.ts';
import { type Counter, createMemoryCounter } from '../rate-limits/counter.ts';
import { createRedisCounter } from '../rate-limits/redis-counter.ts';
import { type GuardedGateway, type GuardedGraph, startGuardedGraph } from './guarded-graph.ts';

describe.each(EXECUTORS)('ENGINE=%s', (ENGINE) => {
  let graph: GuardedGraph;
  let redis: Redis;

  beforeAll(async () => {
    redis = new Redis(inject('redisUrl'));
    graph = await startGuardedGraph(ENGINE);
  });
  afterAll(async () => {
    await graph?.close();
    redis?.disconnect();
  });

  /** A gateway with these rules; it has a Redis unless told otherwise. */
  async function withRules(
    rules: object[],
    run: (gateway: GuardedGateway) => Promise<void>,
    environment: Record<string, string> = {},
  ): Promise<void> {
    const gateway = await graph.start({ RATE_LIMITS: JSON.stringify(rules), ...environment });
    try {
      await run(gateway);
    } finally {
      await gateway.close();
    }
  }

  /** A window that no other run of this test uses, so that all find their counts unused. */
  let windowS = 3_600 + Math.floor(Math.random() * 10_000);
  const window = () => {
    windowS += 1;
    return { windowS };
  };

  /** Of a window of so long, nothing comes back during a test. */
  const DAY_MS = 24 * 3_600_000;

  const OPEN = 'query Open { open }';

  describe('a rule', () => {
    it('refuses a viewer who asks too often, and nobody else', async () => {
      await withRules([{ by: 'viewer', limit: 3, ...window() }], async (gateway) => {
        const [ada, ben] = [randomUUID(), randomUUID()];
        const ask = (viewer: string) => gateway.ask(OPEN, { scopes: [], viewer });
        for (let time = 0; time < 3; time += 1) expect((await ask(ada)).status).toBe(200);
        const refused = await ask(ada);
        expect(refused.status).toBe(429);
        expect(refused.errors).toMatchObject([
          {
            message: expect.stringMatching(/^You ask too often: wait \d+ seconds? and try again\.$/),
            extensions: { code: 'RESOURCE_EXHAUSTED', retryAfterMs: expect.any(Number) },
          },
        ]);
        const retryAfterMs = Number(refused.errors?.[0]?.extensions['retryAfterMs']);
        expect(refused.headers.get('retry-after')).toBe(String(Math.ceil(retryAfterMs / 1_000)));
        expect((await ask(ben)).status).toBe(200);
        expect((await gateway.ask(OPEN)).status).toBe(200);
      });
    });

    it('counts no viewer at an address that it excepts, such as the machine itself by default', async () => {
      const rules = [{ by: 'viewer', limit: 1, ...window(), except: ['127.0.0.0/8'] }];
      await withRules(rules, async (gateway) => {
        const viewer = randomUUID();
        for (let time = 0; time < 3; time += 1)
          expect((await gateway.ask(OPEN, { scopes: [], viewer })).status).toBe(200);
      });
      const { rateLimits } = readGatewayConfig({ AUTH: 'off', SUPERGRAPH: 'a.graphql' });
      for (const { except } of rateLimits.rules) expect(except).toContain('127.0.0.0/8');
    });

    it('counts a viewer at all gateways together', async () => {
      const rules = [{ by: 'viewer', limit: 20, ...window() }];
      const viewer = randomUUID();
      await withRules(rules, (one) =>
        withRules(rules, async (other) => {
          const ask = (gateway: GuardedGateway) => gateway.ask(OPEN, { scopes: [], viewer });
          const answers = await Promise.all(
            Array.from({ length: 60 }, (_none, index) => ask(index % 2 === 0 ? one : other)),
          );
          const allowed = answers.filter(({ status }) => status === 200).length;
          expect(allowed).toBe(20);
        }),
      );
    });

    it('lets a viewer in again', async () => {
      await withRules([{ by: 'viewer', limit: 1, windowS: 2 }], async (gateway) => {
        const viewer = randomUUID();
        const ask = async () => (await gateway.ask(OPEN, { scopes: [], viewer })).status;
        // One comes back every two seconds: all of them would need a minute.
        expect(await Promise.all(Array.from({ length: 30 }, ask))).toContain(429);
        await expect.poll(ask).toBe(200);
      });
    });

    it('counts addresses from behind trusted proxies, but for those that it excepts', async () => {
      const rules = [{ by: 'address', limit: 1, ...window(), except: ['10.0.0.0/8'] }];
      await withRules(
        rules,
        async (gateway) => {
          const from = async (address: string) =>
            (await gateway.ask(OPEN, { headers: { 'x-forwarded-for': address } })).status;
          expect(await from('192.0.2.1')).toBe(200);
          expect(await from('192.0.2.1')).toBe(429);
          expect(await from('192.0.2.2')).toBe(200);
          expect(await from('2001:db8::1')).toBe(200);
          expect(await from('2001:db8::2')).toBe(429);
          for (let time = 0; time < 3; time += 1) expect(await from('10.1.2.3')).toBe(200);
        },
        { TRUSTED_PROXIES: '127.0.0.1' },
      );
    });

    it('counts an operation by its name, and a root field under every name', async () => {
      const rules = [
        { by: 'operation', operation: 'Rare', limit: 1, ...window() },
        { by: 'address', field: 'Mutation.note', limit: 3, ...window() },
      ];
      await withRules(rules, async (gateway) => {
        expect((await gateway.ask('query Rare { open }')).status).toBe(200);
        expect((await gateway.ask('query Rare { open }')).status).toBe(429);
        expect((await gateway.ask(OPEN)).status).toBe(200);
        graph.asked();
        const two = 'mutation Two { a: note(text: "a") b: note(text: "b") }';
        expect((await gateway.ask(two)).status).toBe(200);
        expect((await gateway.ask(two)).status).toBe(429);
        expect((await gateway.ask('mutation Other { note(text: "c") }')).status).toBe(200);
        expect((await gateway.ask('mutation Other { note(text: "d") }')).status).toBe(429);
        expect(graph.asked()).toEqual(['Mutation.note', 'Mutation.note', 'Mutation.note']);
      });
    });

    it('is refused as configuration where it says nothing', () => {
      const rules = JSON.stringify([{ by: 'operation', limit: 1, windowS: 1 }]);
      return expect(graph.start({ RATE_LIMITS: rules })).rejects.toThrow(/RATE_LIMITS/);
    });
  });

  describe('without Redis', () => {
    const away = { REDIS_URL: 'redis://127.0.0.1:1' };
    const rules = [{ by: 'address', limit: 1, windowS: 60 }];

    it('operations run, and are counted as uncounted', async () => {
      await withRules(
        rules,
        async (gateway) => {
          for (let time = 0; time < 3; time += 1) expect((await gateway.ask(OPEN)).status).toBe(200);
          const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
          expect(metrics).toContain('fitme_gateway_rate_limited_total{by="any",outcome="uncounted"} 3');
        },
        away,
      );
    });

    it('operations are refused where the configuration says so', async () => {
      await withRules(
        rules,
        async (gateway) => {
          const answer = await gateway.ask(OPEN);
          expect(answer.status).toBe(503);
          expect(answer.errors?.[0]?.extensions['code']).toBe('UNAVAILABLE');
        },
        { ...away, RATE_LIMITS_WHEN_UNCOUNTED: 'refuse' },
      );
    });

    it('a gateway that has none counts in its memory', async () => {
      const alone = await graph.start({ RATE_LIMITS: JSON.stringify(rules), AUTH: 'off', REDIS_URL: '' });
      try {
        expect((await alone.ask(OPEN)).status).toBe(200);
        expect((await alone.ask(OPEN)).status).toBe(429);
      } finally {
        await alone.close();
      }
    });
  });

  describe.each([
    ['in memory', () => createMemoryCounter(Date.now)],
    ['in Redis', () => createRedisCounter(redis)],
  ] as const)('counts %s', (_where, create) => {
    const count = (limit: number, windowMs: number) => ({ key: randomUUID(), needed: 1, limit, windowMs });

    it('give no more than the limit, whatever was taken at once', async () => {
      const counter = create();
      const wanted = count(100, DAY_MS);
      let taken = 0;
      for (;;) {
        const answer = await counter.take([wanted]);
        if ('lacking' in answer) {
          expect(answer.retryAfterMs).toBeGreaterThan(0);
          expect(answer.retryAfterMs).toBeLessThanOrEqual(DAY_MS / 100);
          break;
        }
        taken += answer.taken[0] ?? 0;
      }
      expect(taken).toBe(100);
    });

    it('take of all or of none', async () => {
      const counter = create();
      const [wide, narrow] = [count(2, 600_000), count(1, 600_000)];
      expect(await counter.take([wide, narrow])).toMatchObject({ taken: [1, 1] });
      expect(await counter.take([wide, narrow])).toMatchObject({ lacking: 1 });
      expect(await counter.take([wide])).toMatchObject({ taken: [1] });
      expect(await counter.take([wide])).toMatchObject({ lacking: 0 });
    });

    it('give back what is unused with time', async () => {
      const counter = create();
      const wanted = count(1, 50);
      await counter.take([wanted]);
      await expect.poll(async () => 'taken' in (await counter.take([wanted]))).toBe(true);
    });
  });

  describe('allowances', () => {
    it('ask the shared count seldom, and never give more than it gave', async () => {
      let asked = 0;
      const shared = createRedisCounter(redis);
      const counting: Counter = {
        take(wanted) {
          asked += 1;
          return shared.take(wanted);
        },
      };
      const allowances = createAllowances(counting, Date.now);
      const wanted = [{ key: randomUUID(), needed: 1, limit: 1_000, windowMs: 30 * DAY_MS }];
      let spent = 0;
      while ((await allowances.spend(wanted)) === null) spent += 1;
      expect(spent).toBe(1_000);
      expect(asked).toBeLessThan(120);
      const before = asked;
      expect(await allowances.spend(wanted)).toMatchObject({ lacking: 0 });
      expect(asked).toBe(before);
    });

    it('give no more than the limit to those who ask at once', async () => {
      const allowances = createAllowances(createRedisCounter(redis), Date.now);
      const wanted = [{ key: randomUUID(), needed: 1, limit: 50, windowMs: 3_600_000 }];
      const answers = await Promise.all(Array.from({ length: 200 }, () => allowances.spend(wanted)));
      const allowed = answers.filter((refused) => refused === null).length;
      while ((await allowances.spend(wanted)) === null) answers.push(null);
      expect(allowed).toBeLessThanOrEqual(50);
      expect(answers.filter((refused) => refused === null)).toHaveLength(50);
    });
  });

  describe('addresses', () => {
    it.each([
      ['192.0.2.1', '192.0.2.1'],
      ['::ffff:192.0.2.1', '192.0.2.1'],
      ['2001:db8:0:7::1', '2001:db8:0:7'],
      ['2001:0db8::0007:1', '2001:db8:0:0'],
      ['::1', '0:0:0:0'],
      ['fe80::1%eth0', 'fe80:0:0:0'],
    ])('%s is the client %s', (address, client) => {
      expect(clientOf(address)).toBe(client);
    });

    it('are in networks of their family', () => {
      const isListed = createAddressList(['127.0.0.0/8', '::1', '2001:db8::/32']);
      const listed = ['127.0.0.9', '::ffff:127.0.0.1', '::1', '2001:db8:9::1', '192.0.2.1', '::2', 'unknown'];
      expect(listed.map(isListed)).toEqual([true, true, true, true, false, false, false]);
    });
  });
});
