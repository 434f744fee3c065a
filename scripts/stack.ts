import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { DASHBOARDS } from '../observability/dashboards/all.ts';
import { makeDashboard } from '../observability/dashboards/panels.ts';
import { ROOT } from './paths.ts';
import { runMain, SetupError } from './terminal.ts';

const STACK = 'observability/stack';

/**
 * `npm run stack`: writes what the observability stack reads and is made of something else: Grafana's dashboards, and the
 * Prometheus rules as a Kubernetes object. With `--check` it compares and writes nothing.
 */
await runMain(async () => {
  const files = { ...dashboards(), ...rules() };
  const stale = Object.entries(files).filter(([path, text]) => readIfThere(path) !== text);
  if (process.argv.includes('--check')) {
    if (stale.length > 0)
      throw new SetupError(`Not up to date: ${stale.map(([path]) => path).join(', ')}. Run "npm run stack".`);
    console.log(`${Object.keys(files).length} files`);
    return;
  }
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  console.log(
    stale.length > 0 ? `Wrote ${stale.map(([path]) => path).join(', ')}.` : 'Everything was up to date.',
  );
});

function dashboards(): Record<string, string> {
  return Object.fromEntries(
    DASHBOARDS.map((text) => [
      `${STACK}/grafana/dashboards/${text.uid}.json`,
      `${JSON.stringify(makeDashboard(text), undefined, 2)}\n`,
    ]),
  );
}

function rules(): Record<string, string> {
  const groups = globSync(`${STACK}/prometheus/rules/*.yml`, { cwd: ROOT })
    .sort()
    .flatMap((path) => parse(readFileSync(join(ROOT, path), 'utf8')).groups);
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'fitme', labels: { 'app.kubernetes.io/part-of': 'fitme' } },
    spec: { groups },
  };
  return {
    'deploy/monitoring/prometheus-rules.yaml': `# Made by "npm run stack" from ${STACK}/prometheus/rules.\n${stringify(rule)}`,
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return undefined;
  }
}
