import { domain } from './domain.ts';
import { events } from './events.ts';
import { graph } from './graph.ts';
import { live } from './live.ts';
import { node } from './node.ts';
import { operation } from './operation.ts';
import type { DashboardText } from './panels.ts';
import { postgresql } from './postgresql.ts';
import { redis } from './redis.ts';

/** Every dashboard that Grafana is given. */
export const DASHBOARDS: readonly DashboardText[] = [
  graph,
  operation,
  live,
  events,
  domain,
  postgresql,
  redis,
  node,
];
