import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { METRICS } from '#observability/attributes.ts';
import { DASHBOARDS } from '#observability/dashboards/all.ts';
import { PATIENCE } from '#tests/patience.ts';
import { startChild } from '../../scripts/processes/child.ts';
import { createGuard } from '../../scripts/processes/guard.ts';
import { freePort } from '../../scripts/processes/ports.ts';
import { runProgram } from '../../scripts/processes/tool.ts';
import { findPeer } from '../../scripts/programs.ts';
import { type E2eNetwork, startNetwork } from '../e2e/network.ts';
import { PROMETHEUS_DIR, rules } from './rules.ts';

const PROGRAMS = [
  'prometheus',
  'promtool',
  'prometheus-postgres-exporter',
  'prometheus-redis-exporter',
] as const;

describe.skipIf(PROGRAMS.some((program) => findPeer(program) === undefined))('Prometheus', () => {
  test.for([
    ['check', 'config', join(PROMETHEUS_DIR, 'prometheus.yml')],
    ['test', 'rules', ...globSync(`${PROMETHEUS_DIR}/tests/*.yml`)],
  ])('finds nothing wrong: promtool %s %s', async (args) => {
    const { code, output } = await runProgram('promtool', args);
    expect(code, output).toBe(0);
  });

  describe('beside the running graph', () => {
    const guard = createGuard();
    const folder = mkdtempSync(join(tmpdir(), 'fitme-prometheus-'));
    let network: E2eNetwork;
    let prometheusUrl: string;

    async function run(
      program: (typeof PROGRAMS)[number],
      args: string[],
      env: Record<string, string> = {},
    ): Promise<void> {
      await startChild({ guard, command: findPeer(program) ?? program, args, env, stdio: 'ignore' });
    }

    beforeAll(async () => {
      network = await startNetwork();
      const [postgres, redis, port] = [await freePort(), await freePort(), await freePort()];
      await run('prometheus-postgres-exporter', [`--web.listen-address=127.0.0.1:${postgres}`], {
        DATA_SOURCE_NAME: `${inject('adminUrl')}?sslmode=disable`,
      });
      await run('prometheus-redis-exporter', [
        `--web.listen-address=127.0.0.1:${redis}`,
        `--redis.addr=${inject('redisUrl')}`,
      ]);
      const services = Object.values(network.addresses).map(({ httpPort }) => `127.0.0.1:${httpPort}`);
      const jobs = {
        gateway: [new URL(network.gatewayUrl).host],
        services,
        postgres: [`127.0.0.1:${postgres}`],
        redis: [`127.0.0.1:${redis}`],
      };
      const config = {
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: [join(PROMETHEUS_DIR, 'rules', '*.yml')],
        scrape_configs: Object.entries(jobs).map(([job_name, targets]) => ({
          job_name,
          static_configs: [{ targets }],
        })),
      };
      writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
      await run('prometheus', [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ]);
      prometheusUrl = `http://127.0.0.1:${port}`;
      const targets = Object.values(jobs).flat().length;
      await vi.waitFor(async () => expect(await ask('query?query=sum(up)', valueOfFirst)).toBe(targets), {
        ...PATIENCE,
        interval: 250,
      });
    });
    afterAll(async () => {
      await guard.close();
      await network.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function ask<Answer>(question: string, read: (data: never) => Answer): Promise<Answer> {
      const response = await fetch(`${prometheusUrl}/api/v1/${question}`);
      const { data } = (await response.json()) as { data: never };
      return read(data);
    }

    test('knows every metric that a dashboard, a rule or an alert names', async () => {
      const scraped = await ask('targets/metadata', (data: { metric: string }[]) =>
        data.map(({ metric }) => metric),
      );
      const recorded = rules.flatMap(({ record = [] }) => record);
      const known = new Set([...scraped, ...recorded, 'up']);
      const questions = [
        ...rules.map(({ alert, record, expr }) => [`${alert ?? record}`, expr] as const),
        ...DASHBOARDS.flatMap(({ title, rows, choices = [] }) => [
          ...choices.map(({ label, metric }) => [`${title}: ${label}`, metric] as const),
          ...Object.values(rows)
            .flat()
            .flatMap(({ title: panel, queries }) =>
              queries.map(([expression]) => [`${title}: ${panel}`, expression] as const),
            ),
        ]),
      ];
      const unknown = questions.flatMap(([where, expression]) =>
        metricsOf(expression)
          .filter(
            (metric) => !known.has(metric) && !known.has(metric.replace(/_(bucket|count|sum|total)$/, '')),
          )
          .map((metric) => `${where}: ${metric}`),
      );
      expect(unknown).toEqual([]);
    });

    test('is told no metric of ours that is not declared', async () => {
      const scraped = await ask('targets/metadata', (data: { metric: string }[]) =>
        data.map(({ metric }) => metric),
      );
      const ours = [...new Set(scraped)].filter((metric) => metric.startsWith('fitme_'));
      expect(ours).toContain('fitme_log_events');
      expect(ours.filter((metric) => !(metric in METRICS) && !(`${metric}_total` in METRICS))).toEqual([]);
    });

    test('evaluates every rule without a fault', async () => {
      await vi.waitFor(
        async () => {
          const states = await ask(
            'rules',
            (data: { groups: { rules: { health: string; lastError?: string }[] }[] }) =>
              data.groups.flatMap((group) => group.rules),
          );
          expect(states.length).toBe(rules.length);
          expect(states.filter(({ health }) => health !== 'ok')).toEqual([]);
        },
        { ...PATIENCE, interval: 250 },
      );
    });
  });
});

function valueOfFirst(data: { result: { value: [number, string] }[] }): number {
  return Number(data.result[0]?.value[1]);
}

/** The metrics that a PromQL expression reads; Grafana's own variables stand for a time. */
function metricsOf(expression: string): string[] {
  const text = expression.replaceAll('$__rate_interval', '1m');
  const names: string[] = [];
  const tree = parser.parse(text);
  tree.iterate({
    enter({ type, from, to, node }) {
      if (type.isError) throw new Error(`not PromQL: ${text}`);
      if (type.name === 'Identifier' && node.parent?.type.name === 'VectorSelector')
        names.push(text.slice(from, to));
    },
  });
  return names;
}
