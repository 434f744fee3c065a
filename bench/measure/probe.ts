/**
 * Loaded into a gateway by NODE_OPTIONS: answers, on BENCH_PROBE_PORT, what the process has used so far. It does nothing
 * between two questions.
 */
import { createServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import type { Usage } from './usage.ts';

const port = Number(process.env['BENCH_PROBE_PORT']);
// A program may start others, which inherit the variables: the port is the first one's.
delete process.env['BENCH_PROBE_PORT'];

if (isMainThread && port > 0) {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  createServer((request, response) => {
    if (request.url === '/collected') for (let turn = 0; turn < 3; turn += 1) collect();
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, external } = process.memoryUsage();
    const usage: Usage = {
      cpuMs: (user + system) / 1_000,
      rssBytes: rss,
      heapBytes: heapUsed + external,
    };
    response.end(JSON.stringify(usage));
  })
    .listen(port, '127.0.0.1')
    .unref();
}
