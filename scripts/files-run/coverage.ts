import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { WebSocket } from 'ws';
import { ROOT } from '../paths.ts';

/** Counts which files of the project run in a process of ours, by V8's precise coverage. */
export interface Coverage {
  /** The files of which a function has run since the last call, by their paths from the project's folder. */
  take(): Promise<ReadonlySet<string>>;
  close(): void;
}

/** Makes a process listen for an inspector at this port once it is sent SIGUSR1: an environment for it. */
export function inspectable(port: number): Record<string, string> {
  return { NODE_OPTIONS: `--inspect-port=127.0.0.1:${port} --inspect-publish-uid=http` };
}

/** Begins to count in a process that was started as {@link inspectable}. */
export async function startCoverage(pid: number, port: number): Promise<Coverage> {
  process.kill(pid, 'SIGUSR1');
  const post = await openInspector(await inspectorUrl(port));
  await post('Profiler.enable');
  // Functions as a whole: which of their lines ran would make them slower, and nobody asks.
  await post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  return {
    async take() {
      const { result } = (await post('Profiler.takePreciseCoverage')) as { result: ScriptCoverage[] };
      const ran = result.filter(({ functions }) =>
        functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0),
      );
      return new Set(ran.map(({ url }) => url).flatMap(ownPath));
    },
    close: () => post.close(),
  };
}

interface ScriptCoverage {
  url: string;
  /** A function's first range is the function as a whole. */
  functions: { ranges: { count: number }[] }[];
}

const OWN_URL = `${pathToFileURL(ROOT).href}/`;

/** Neither packages nor what is generated. */
function ownPath(url: string): string[] {
  const path = url.slice(OWN_URL.length);
  return url.startsWith(OWN_URL) && !/^(node_modules|gen)\//.test(path) ? [path] : [];
}

const LISTENS_WITHIN_MS = 10_000;

async function inspectorUrl(port: number): Promise<string> {
  for (const deadline = Date.now() + LISTENS_WITHIN_MS; ; await sleep(50)) {
    try {
      const targets = await fetch(`http://127.0.0.1:${port}/json/list`);
      return ((await targets.json()) as { webSocketDebuggerUrl: string }[])[0]?.webSocketDebuggerUrl ?? '';
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/** Opens a connection to an inspector, and answers with what posts a message and awaits its answer. */
async function openInspector(url: string) {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const waiting = new Map<number, (answer: { result?: unknown; error?: { message: string } }) => void>();
  let last = 0;
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('message', (data) => {
    const answer = JSON.parse(String(data));
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  const post = (method: string, params = {}): Promise<unknown> => {
    last += 1;
    socket.send(JSON.stringify({ id: last, method, params }));
    return new Promise((resolve, reject) => {
      waiting.set(last, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result)));
    });
  };
  return Object.assign(post, { close: () => socket.terminate() });
}
