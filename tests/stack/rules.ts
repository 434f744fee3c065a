import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../scripts/paths.ts';

/** A rule of Prometheus: it records something, or it alerts. */
interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  annotations?: { runbook: string };
}

/** Where Prometheus's configuration stands, with its rules and their tests. */
export const PROMETHEUS_DIR = join(ROOT, 'observability', 'stack', 'prometheus');

/** Every rule that Prometheus is given. */
export const rules: readonly Rule[] = globSync(`${PROMETHEUS_DIR}/rules/*.yml`).flatMap((file) =>
  parse(readFileSync(file, 'utf8')).groups.flatMap((group: { rules: Rule[] }) => group.rules),
);
