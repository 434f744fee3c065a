import type { Contender } from './contenders.ts';
import { askOnce, load } from './measure/load.ts';
import { medianOf } from './measure/median.ts';
import { usageAt } from './measure/usage.ts';
import type { Rounds } from './throughput.ts';

const COUNTS = [1, 16, 64, 256];

/** Says what a request costs, by the number of connections that ask at a time. */
export interface ConnectionsRow {
  name: string;
  connections: number;
  /** Gateway CPU a request, median of the rounds. */
  cpuMs: number;
  requestsPerSecond: number;
  p99: number;
}

/** Measures gateways with more and more connections, in turns like everything else. */
export async function compareConnections(
  contenders: readonly Contender[],
  operation: { query: string; token: string },
  { count, seconds }: Rounds,
): Promise<ConnectionsRow[]> {
  const measured = contenders.flatMap(({ name, origin, probePort }) =>
    COUNTS.map((connections) => ({
      name,
      probePort,
      request: { origin, ...operation },
      connections,
      cpuMs: [] as number[],
      requestsPerSecond: [] as number[],
      p99: [] as number[],
    })),
  );
  for (let turn = 0; turn < count; turn += 1) {
    for (const { probePort, request, connections, ...figures } of measured) {
      const expected = await askOnce(request);
      const before = await usageAt(probePort);
      const result = await load(request, { connections, seconds, expected });
      const after = await usageAt(probePort);
      figures.cpuMs.push((after.cpuMs - before.cpuMs) / result.requests);
      figures.requestsPerSecond.push(result.requests / result.seconds);
      figures.p99.push(result.p99);
    }
  }
  return measured.map(({ name, connections, cpuMs, requestsPerSecond, p99 }) => ({
    name,
    connections,
    cpuMs: medianOf(cpuMs),
    requestsPerSecond: medianOf(requestsPerSecond),
    p99: medianOf(p99),
  }));
}
