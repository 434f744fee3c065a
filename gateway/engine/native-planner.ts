import { type ChildProcess, fork } from 'node:child_process';
import type { PlanNode } from '@graphql-hive/router-query-planner';

/** What the process that plans is told. */
export type ToPlanner = { sdl: string } | ({ id: number } & NativeRequest);
/** What it tells. */
export type FromPlanner = { id: number } & ({ node: PlanNode | null } | { failure: string });

export interface NativeRequest {
  query: string;
  name?: string | undefined;
  /** Active labels of progressive overrides. */
  labels: readonly string[];
  /** Overrides by percentage are active where theirs is higher. */
  percentage: number;
}

/** Plans operations of one supergraph with Hive's planner. */
export interface NativePlanner {
  /** Rejects where it cannot be planned, or can no longer be. */
  plan(request: NativeRequest): Promise<PlanNode | null>;
  /** What is being planned is planned to its end. */
  close(): void;
}

/** A process that ends by itself so often a minute is not started again until the minute is over. */
const CRASHES_A_MINUTE = 5;
const CRASHES_REMEMBERED_MS = 60_000;

/**
 * Makes a planner with a process of its own: a panic of the native code ends the process that it runs in, and what a client
 * sends must not end the gateway (https://github.com/graphql-hive/router/issues/1311).
 */
export function createNativePlanner(sdl: string): NativePlanner {
  let running: Running | undefined;
  let crashes: number[] = [];
  let isClosed = false;

  /** Started by the first operation. */
  function current(): Running {
    if (isClosed) throw new Error('The native planner was closed');
    if (running !== undefined) return running;
    const since = Date.now() - CRASHES_REMEMBERED_MS;
    crashes = crashes.filter((at) => at > since);
    if (crashes.length >= CRASHES_A_MINUTE) throw new Error('The native planner crashed too often to go on');
    const started = start(sdl, () => {
      running = undefined;
      if (!isClosed) crashes.push(Date.now());
    });
    running = started;
    return started;
  }

  return {
    async plan(request) {
      return current().plan(request);
    },
    close() {
      isClosed = true;
      running?.retire();
    },
  };
}

interface Running {
  plan(request: NativeRequest): Promise<PlanNode | null>;
  /** Ends it as soon as nothing is being planned. */
  retire(): void;
}

interface Waiting {
  resolve(node: PlanNode | null): void;
  reject(error: Error): void;
}

function start(sdl: string, ended: () => void): Running {
  const child = fork(new URL('./native-planner-process.ts', import.meta.url), [], {
    // Of its own: the gateway's may ask for telemetry. What it says of a panic may hold a client's operation.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let isOver = false;
  let isRetired = false;
  letGo(child);

  function end(how: string): void {
    if (isOver) return;
    isOver = true;
    ended();
    for (const { reject } of waiting.values()) reject(new Error(`The native planner ${how}`));
    waiting.clear();
  }

  /** Nobody waits for it now. */
  function rest(): void {
    letGo(child);
    if (isRetired) child.kill('SIGKILL');
  }

  child.on('message', (message: FromPlanner) => {
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (waiting.size === 0) rest();
    if ('failure' in message) asked?.reject(new Error(message.failure));
    else asked?.resolve(message.node);
  });
  child.on('error', ({ message }) => end(`does not run: ${message}`));
  child.on('exit', (code, signal) => end(`ended with ${signal ?? code}`));
  child.send({ sdl } satisfies ToPlanner);

  return {
    plan: (request) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        hold(child);
        waiting.set(lastId, { resolve, reject });
        child.send({ id: lastId, ...request } satisfies ToPlanner);
      }),
    retire() {
      isRetired = true;
      if (waiting.size === 0) rest();
    },
  };
}

/** An operation that is planned keeps the gateway running; a planner that waits for one does not. */
function hold(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}
