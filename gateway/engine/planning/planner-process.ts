import { type ChildProcess, fork } from 'node:child_process';
import { gatewayError } from '../../request/errors.ts';
import { RefusedError } from '../../request/refused-error.ts';
import { createPlannerQueue } from './planner-queue.ts';

/** A message to a process that plans: its supergraph first, then any number of requests. */
export type ToPlanner<Request> = { sdl: string } | { id: number; request: Request };
/** A message from it: that it can plan, and the outcome of each request. */
export type FromPlanner<Plan> = { ready: true } | ({ id: number } & Planned<Plan>);
/** The failure of one request leaves the process as it is. */
export type Planned<Plan> = { plan: Plan } | { failure: string } | { tooLarge: true };

/** Plans operations of one supergraph in a process of its own. */
export interface PlannerProcess<Request, Plan> {
  /**
   * Rejects where it cannot be planned, or can no longer be.
   *
   * @throws PlanTooLargeError where it takes too long
   * @throws PlannerBusyError where too many wait already
   */
  plan(request: Request): Promise<Plan>;
  /** Plans to its end what is being planned. */
  close(): void;
}

export interface PlannerProcessOptions extends PlannerLimits {
  /** In messages of errors, for example "native planner". */
  name: string;
  /** Runs `servePlans`. */
  program: URL;
  sdl: string;
  /** Operations that the process plans side by side. */
  atOnce: number;
}

/** Left out, as the gateway has it where nothing is configured. */
export interface PlannerLimits {
  /** Longest time for one plan, milliseconds. */
  timeoutMs?: number;
  /** How many operations may wait. */
  queue?: number;
}

export const PLAN_TIMEOUT_MS = 3_000;
const QUEUE = 500;

/** An operation whose plan would take too long, or be too large. */
export class PlanTooLargeError extends RefusedError {
  constructor() {
    const message = 'Planning this operation takes too long: ask for less in one operation.';
    super([gatewayError('OPERATION_TOO_COSTLY', message, { status: 400 })]);
    this.name = 'PlanTooLargeError';
  }
}

/** Reading a large supergraph takes seconds; whoever waits is not to do so for ever. */
const START_MS = 30_000;

/** A process that ends by itself so often a minute is not started again until the minute is over. */
const CRASHES_A_MINUTE = 5;
const CRASHES_REMEMBERED_MS = 60_000;

/**
 * Makes a planner with a process of its own, started by the first operation. Planning takes up to seconds for what a client
 * thinks up, and a panic of native code ends the process that it runs in (https://github.com/graphql-hive/router/issues/1311):
 * neither must happen to the gateway.
 */
export function createPlannerProcess<Request, Plan>(
  options: PlannerProcessOptions,
): PlannerProcess<Request, Plan> {
  const { name, atOnce, queue = QUEUE } = options;
  const waiting = createPlannerQueue({ atOnce, longest: queue });
  let running: Running<Request, Plan> | undefined;
  let crashes: number[] = [];
  let isClosed = false;

  function current(): Running<Request, Plan> {
    if (running !== undefined) return running;
    const since = Date.now() - CRASHES_REMEMBERED_MS;
    crashes = crashes.filter((at) => at > since);
    if (crashes.length >= CRASHES_A_MINUTE) throw new Error(`The ${name} crashed too often to go on`);
    const started = start<Request, Plan>(options, (isCrash) => {
      if (running === started) running = undefined;
      if (isCrash) crashes.push(Date.now());
    });
    running = started;
    return started;
  }

  function retireIfDone(): void {
    if (isClosed && waiting.isEmpty()) running?.kill();
  }

  return {
    async plan(request) {
      if (isClosed) throw new Error(`The ${name} was closed`);
      try {
        return await waiting.run(() => current().plan(request));
      } finally {
        retireIfDone();
      }
    },
    close() {
      isClosed = true;
      retireIfDone();
    },
  };
}

interface Running<Request, Plan> {
  plan(request: Request): Promise<Plan>;
  kill(): void;
}

interface Waiting<Plan> {
  resolve(plan: Plan): void;
  reject(error: Error): void;
}

function start<Request, Plan>(
  { name, program, sdl, timeoutMs = PLAN_TIMEOUT_MS }: PlannerProcessOptions,
  ended: (isCrash: boolean) => void,
): Running<Request, Plan> {
  const child = fork(program, [], {
    // The process has options of its own: the gateway's may ask for telemetry. Its words of a panic may hold a client's
    // operation.
    execArgv: [`--max-old-space-size=${HEAP_MIB}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const asked = new Map<number, Waiting<Plan>>();
  const ready = Promise.withResolvers<void>();
  let lastId = 0;
  let isOver = false;
  letGo(child);

  function end(how: string, isCrash = true): void {
    if (isOver) return;
    isOver = true;
    ended(isCrash);
    const error = new Error(`The ${name} ${how}`);
    ready.reject(error);
    for (const { reject } of asked.values()) reject(error);
    asked.clear();
  }

  function kill(how: string): void {
    end(how, false);
    child.kill('SIGKILL');
  }

  function settle(id: number): Waiting<Plan> | undefined {
    const found = asked.get(id);
    asked.delete(id);
    if (asked.size === 0) letGo(child);
    return found;
  }

  child.on('message', (message: FromPlanner<Plan>) => {
    if ('ready' in message) {
      ready.resolve();
      return;
    }
    const found = settle(message.id);
    if ('plan' in message) found?.resolve(message.plan);
    else found?.reject('failure' in message ? new Error(message.failure) : new PlanTooLargeError());
  });
  child.on('error', ({ message }) => end(`does not run: ${message}`));
  child.on('exit', (code, signal) => end(`ended with ${signal ?? code}`));
  child.send({ sdl } satisfies ToPlanner<Request>);
  const starting = setTimeout(() => {
    end(`did not start within ${START_MS / 1_000} s`);
    child.kill('SIGKILL');
  }, START_MS).unref();
  ready.promise.then(
    () => clearTimeout(starting),
    () => clearTimeout(starting),
  );

  return {
    async plan(request) {
      lastId += 1;
      const id = lastId;
      hold(child);
      const planned = new Promise<Plan>((resolve, reject) => asked.set(id, { resolve, reject }));
      child.send({ id, request } satisfies ToPlanner<Request>);
      // The time that it takes to start is not the operation's fault.
      await ready.promise.catch(() => planned);
      const late = setTimeout(() => {
        settle(id)?.reject(new PlanTooLargeError());
        // There is no other way to end what computes.
        kill('was ended, for another operation took too long');
      }, timeoutMs);
      return planned.finally(() => clearTimeout(late));
    },
    kill: () => kill('was closed'),
  };
}

/** An operation may not take more memory than this: the gateway shares the machine's with its planners. */
const HEAP_MIB = 1_024;

/** An operation that is planned keeps the gateway running; a planner that waits for one does not. */
function hold(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}
