import type { Contender } from './contenders.ts';
import { askOnce, load } from './measure/load.ts';
import type { ProfiledFunction } from './measure/profile.ts';
import { profileWhile } from './measure/usage.ts';
import type { Rounds } from './throughput.ts';

/** Says where a request's CPU time goes in the gateway's main thread. */
interface ProfileRow {
  part: string;
  microseconds: number;
  share: number;
}

export interface Profile {
  title: string;
  rows: ProfileRow[];
}

/** Profiles a gateway under the load of one operation. */
export async function profile(
  { origin, probePort }: Contender,
  { title, query, token }: { title: string; query: string; token: string },
  { seconds, connections }: Rounds,
): Promise<Profile> {
  const request = { origin, query, token };
  const expected = await askOnce(request);
  const { functions, result } = await profileWhile(probePort, () =>
    load(request, { connections, seconds: 2 * seconds, expected }),
  );
  const spent = new Map<string, number>();
  for (const each of functions) {
    const part = partOf(each);
    if (part !== undefined) spent.set(part, (spent.get(part) ?? 0) + each.selfMs);
  }
  const total = [...spent.values()].reduce((sum, ms) => sum + ms, 0);
  const rows = [...spent].map(([part, ms]) => ({
    part,
    microseconds: (1_000 * ms) / result.requests,
    share: ms / total,
  }));
  return { title, rows: rows.sort((a, b) => b.microseconds - a.microseconds) };
}

/** The first part that a function belongs to; undefined for what is no work of the gateway's. */
function partOf({ name, url }: ProfiledFunction): string | undefined {
  if (name === '(idle)' || url === 'node:inspector' || url.includes('/bench/')) return undefined;
  const isOf = ({ names, urls }: Part) =>
    (names === undefined || names.includes(name)) && (urls === undefined || urls.test(url));
  return PARTS.find(isOf)?.part ?? 'everything else';
}

interface Part {
  part: string;
  names?: readonly string[];
  urls?: RegExp;
}

const NATIVE = /^$/;

const PARTS: readonly Part[] = [
  { part: 'garbage collection', names: ['(garbage collector)'] },
  {
    part: 'writing to sockets (system calls)',
    names: ['writev', 'writeUtf8String', 'writeLatin1String', 'writeBuffer', 'writeAsciiString'],
    urls: NATIVE,
  },
  { part: 'the log', urls: /pino|sonic-boom|quick-format|observability\/logger/ },
  // These belong to the file system, which only the log uses.
  { part: 'the log', names: ['writeString'], urls: NATIVE },
  { part: 'reading sockets and turning the event loop (native)', urls: NATIVE },
  { part: 'undici', urls: /undici|^wasm/ },
  { part: 'Fastify', urls: /fastify|find-my-way|secure-json-parse/ },
  { part: 'metrics', urls: /prom-client|observability\/metrics/ },
  { part: "Node's HTTP, streams and timers", urls: /^node:/ },
  { part: 'parsing what subgraphs answer', names: ['parseResponse'] },
  { part: 'deadlines, retries and limits of subgraphs', urls: /gateway\/engine\/transport/ },
  { part: 'writing the response', urls: /gateway\/engine\/response/ },
  { part: 'writing the response', names: ['quote', 'textOf'] },
  { part: 'representations, walks and merges', urls: /gateway\/engine/ },
  { part: 'door, context, token and plugins', urls: /gateway|platform/ },
];
