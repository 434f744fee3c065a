/**
 * Loaded into a gateway by NODE_OPTIONS: answers, on BENCH_PROBE_PORT, what the process has used so far. It does nothing
 * between two questions, but for what /profile and /turns begin and end.
 */
import { createServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { startProfile } from './profile.ts';
import { watchTurns } from './turns.ts';
import type { Usage } from './usage.ts';

const port = Number(process.env['BENCH_PROBE_PORT']);
// A program may start others, which inherit the variables: the port is the first one's.
delete process.env['BENCH_PROBE_PORT'];

if (isMainThread && port > 0) {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  /** Is asked for once when they begin, and once more when they end and report. */
  const begin: Record<string, () => unknown> = { '/profile': startProfile, '/turns': watchTurns };
  const begun = new Map<string, () => unknown>();

  createServer(async (request, response) => {
    const path = request.url ?? '';
    const end = begun.get(path);
    if (end !== undefined) {
      begun.delete(path);
      response.end(JSON.stringify(await end()));
    } else if (begin[path] !== undefined) {
      begun.set(path, (await begin[path]()) as () => unknown);
      response.end('null');
    } else {
      if (path === '/collected') for (let turn = 0; turn < 3; turn += 1) collect();
      response.end(JSON.stringify(usageNow()));
    }
  })
    .listen(port, '127.0.0.1')
    .unref();
}

function usageNow(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpuMs: (user + system) / 1_000, rssBytes: rss, heapBytes: heapUsed + external };
}
