import type { Contender } from './contenders.ts';
import { askOnce, load } from './measure/load.ts';
import { medianOf } from './measure/median.ts';
import { usageAt } from './measure/usage.ts';
import type { Rounds } from './throughput.ts';

const COUNTS = [1, 16, 64, 256];

/** What a request costs, by the number of connections that ask at a time. */
export interface ConnectionsRow {
  connections: number;
  /** Gateway CPU a request, median of the rounds. */
  cpuMs: number;
  requestsPerSecond: number;
  p99: number;
}

/** Measures one gateway with more and more connections, in turns like everything else. */
export async function compareConnections(
  { origin, probePort }: Contender,
  operation: { query: string; token: string },
  { count, seconds }: Rounds,
): Promise<ConnectionsRow[]> {
  const request = { origin, ...operation };
  const expected = await askOnce(request);
  const measured = COUNTS.map((connections) => ({
    connections,
    cpuMs: [] as number[],
    requestsPerSecond: [] as number[],
    p99: [] as number[],
  }));
  for (let turn = 0; turn < count; turn += 1) {
    for (const row of measured) {
      const before = await usageAt(probePort);
      const result = await load(request, { connections: row.connections, seconds, expected });
      const after = await usageAt(probePort);
      row.cpuMs.push((after.cpuMs - before.cpuMs) / result.requests);
      row.requestsPerSecond.push(result.requests / result.seconds);
      row.p99.push(result.p99);
    }
  }
  return measured.map(({ connections, cpuMs, requestsPerSecond, p99 }) => ({
    connections,
    cpuMs: medianOf(cpuMs),
    requestsPerSecond: medianOf(requestsPerSecond),
    p99: medianOf(p99),
  }));
}
