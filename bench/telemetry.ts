import { type Graph, startCollector, startOurs } from './contenders.ts';
import type { Parts } from './parts.ts';
import type { System } from './system.ts';
import { type Comparison, compare, type Rounds } from './throughput.ts';

/** Says what our gateway costs with some telemetry. */
interface TelemetryRow {
  name: string;
  /** CPU a request, median of the rounds. */
  cpuMs: number;
  requestsPerSecond: number;
  /** CPU beyond that of the gateway without any telemetry, as a share of it: the median of the rounds. */
  overhead: number;
}

export interface TelemetryFigures {
  title: string;
  rows: TelemetryRow[];
}

/** Measures our gateway without any telemetry, with metrics alone, and with traces at 1 % and at 100 %. */
export async function measureTelemetry(
  parts: Parts,
  system: System,
  graph: Graph,
  run: { comparisons: readonly Comparison[]; rounds: Rounds },
): Promise<TelemetryFigures[]> {
  const tracesTo = await startCollector(parts, graph);
  const contenders = [
    await startOurs(parts, system, { graph, label: 'neither metrics nor traces', metrics: false }),
    await startOurs(parts, system, { graph, label: 'metrics alone, as it comes' }),
    await startOurs(parts, system, { graph, label: 'metrics, and traces at 1 %', tracesTo }),
    await startOurs(parts, system, { graph, label: 'metrics, and traces at 100 %', tracesTo, ratio: 1 }),
  ];
  const figures: TelemetryFigures[] = [];
  for (const comparison of run.comparisons) {
    const { title, rows } = await compare(contenders, comparison, run.rounds);
    figures.push({
      title,
      rows: rows.map(({ name, cpuMs, requestsPerSecond, overFirst }) => ({
        name,
        cpuMs: cpuMs.median,
        requestsPerSecond,
        overhead: 1 / overFirst - 1,
      })),
    });
  }
  return figures;
}
