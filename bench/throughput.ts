import { isDeepStrictEqual } from 'node:util';
import { type Contender, HIVE, STOCK } from './contenders.ts';
import { askOnce, type LoadRequest, load } from './measure/load.ts';
import { medianOf } from './measure/median.ts';
import { usageAt } from './measure/usage.ts';

/** One operation that all contenders are measured with. */
export interface Comparison {
  title: string;
  query: string;
  token: string;
  /** Counts the fetches that subgraphs have answered, where they count them. */
  fetches?: () => Promise<number>;
}

export interface Rounds {
  count: number;
  /** Is the length of each round, and of the warm-up before the first. */
  seconds: number;
  warmUpSeconds: number;
  connections: number;
}

/** One contender's line. */
interface Row {
  name: string;
  /** Is measured for one request alone. */
  fetches: number | undefined;
  /** Is an average for each request while many are under way: where they share fetches, each asks less. */
  fetchesUnderLoad: number | undefined;
  /** Gateway CPU a request: the median of the rounds, and the least and greatest. */
  cpuMs: Spread;
  requestsPerSecond: number;
  p50: number;
  p99: number;
  /** CPU of Apollo's gateway, and of Hive Gateway, over this one's: the median of the rounds' own ratios. */
  overStock: number;
  overHive: number;
  /** The same of the first contender. */
  overFirst: number;
}

interface Spread {
  median: number;
  min: number;
  max: number;
}

export interface Comparisons {
  title: string;
  bytes: number;
  rows: Row[];
}

interface Entry {
  contender: Contender;
  request: LoadRequest;
  expected: Buffer;
  /** Fetches of one request. */
  asked: number | undefined;
  rounds: Round[];
}

interface Round {
  fetches: number | undefined;
  cpuMs: number;
  requestsPerSecond: number;
  p50: number;
  p99: number;
}

/** On a busy machine, a warm-up of some seconds leaves functions without the code that V8 makes in the end. */
const WARM_UP_REQUESTS = 200;

/**
 * Measures the contenders in turns (A B C, A B C ...), so that whatever else the machine does meets them all alike.
 *
 * @throws where their answers differ, before anything is measured
 */
export async function compare(
  contenders: readonly Contender[],
  comparison: Comparison,
  rounds: Rounds,
): Promise<Comparisons> {
  const { title, query, token, fetches } = comparison;
  const entries: Entry[] = [];
  for (const contender of contenders) {
    const request: LoadRequest = { origin: contender.origin, token, query };
    // The first answer may have been planned on the way; the second is what the rounds will see.
    await askOnce(request);
    const before = await fetches?.();
    const expected = await askOnce(request);
    const asked = before === undefined ? undefined : ((await fetches?.()) ?? 0) - before;
    entries.push({ contender, request, expected, asked, rounds: [] });
  }
  assertSameAnswers(entries);
  const { connections, seconds, warmUpSeconds } = rounds;
  for (const { request, expected } of entries)
    await load(request, { connections, seconds: warmUpSeconds, expected, atLeast: WARM_UP_REQUESTS });
  for (let turn = 0; turn < rounds.count; turn += 1) {
    for (const entry of entries) {
      const { contender, request, expected } = entry;
      const askedBefore = await fetches?.();
      const before = await usageAt(contender.probePort);
      const result = await load(request, { connections, seconds, expected });
      const after = await usageAt(contender.probePort);
      const asked = await fetches?.();
      entry.rounds.push({
        fetches:
          asked === undefined || askedBefore === undefined
            ? undefined
            : (asked - askedBefore) / result.requests,
        cpuMs: (after.cpuMs - before.cpuMs) / result.requests,
        requestsPerSecond: result.requests / result.seconds,
        p50: result.p50,
        p99: result.p99,
      });
    }
  }
  const cpuOf = (name: string) =>
    entries.find(({ contender }) => contender.name === name)?.rounds.map(({ cpuMs }) => cpuMs) ?? [];
  return {
    title,
    bytes: entries[0]?.expected.length ?? 0,
    rows: entries.map((entry) => {
      const cpu = entry.rounds.map(({ cpuMs }) => cpuMs);
      const median = (key: Exclude<keyof Round, 'fetches'>) =>
        medianOf(entry.rounds.map((round) => round[key]));
      return {
        name: entry.contender.name,
        fetches: entry.asked,
        fetchesUnderLoad: fetches && medianOf(entry.rounds.map((round) => round.fetches ?? Number.NaN)),
        cpuMs: { median: medianOf(cpu), min: Math.min(...cpu), max: Math.max(...cpu) },
        requestsPerSecond: median('requestsPerSecond'),
        p50: median('p50'),
        p99: median('p99'),
        overStock: ratio(cpuOf(STOCK), cpu),
        overHive: ratio(cpuOf(HIVE), cpu),
        overFirst: ratio(entries[0]?.rounds.map((round) => round.cpuMs) ?? [], cpu),
      };
    }),
  };
}

/** The same JSON, whatever the order of members: which one a gateway writes first is its own business. */
function assertSameAnswers(entries: readonly Entry[]): void {
  const [first, ...others] = entries.map(({ contender, expected }) => ({
    name: contender.name,
    answer: JSON.parse(expected.toString()) as { data?: unknown; errors?: unknown },
  }));
  if (first?.answer.errors !== undefined || !first?.answer.data)
    throw new Error(`${first?.name} answered with errors: ${JSON.stringify(first?.answer).slice(0, 500)}`);
  for (const { name, answer } of others) {
    if (isDeepStrictEqual(answer, first.answer)) continue;
    throw new Error(`${name} does not answer as ${first.name}: ${JSON.stringify(answer).slice(0, 500)}`);
  }
}

function ratio(theirs: readonly number[], ours: readonly number[]): number {
  return medianOf(theirs.map((cpuMs, round) => cpuMs / (ours[round] ?? Number.NaN)));
}
