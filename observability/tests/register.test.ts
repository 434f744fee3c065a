import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '#tests/otlp-receiver.ts';
import { PATIENT_EXPORTERS, startSilentReceiver } from './receivers.ts';
import { type StandIn, startPostgresStandIn, startRedisStandIn } from './stand-ins.ts';

const SECRET = 'hunter2';
const REGISTER = new URL('../register.ts', import.meta.url).href;
const PROGRAM = new URL('./traced-program.ts', import.meta.url).pathname;

let receiver: OtlpReceiver;
let standIns: StandIn[];
const network: Running[] = [];
let edgeUrl: string;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  const postgres = await startPostgresStandIn();
  const redis = await startRedisStandIn();
  standIns = [postgres, redis];
  const backend = await startProgram('backend', 'http://localhost');
  const databases = new URLSearchParams({
    database: `postgres://fitme@127.0.0.1:${postgres.port}/fitme`,
    redis: `redis://127.0.0.1:${redis.port}`,
  });
  const graph = await startProgram('graph', `http://127.0.0.1:${backend.port}/?${databases}`);
  const edge = await startProgram('edge', `http://127.0.0.1:${graph.port}`);
  network.push(edge, graph, backend);
  edgeUrl = `http://127.0.0.1:${edge.port}`;
});

afterAll(async () => {
  for (const program of network) await program.stop();
  for (const standIn of standIns) await standIn.close();
  await receiver.close();
});

describe('a request through the network', () => {
  test.each(['pool', 'request', 'dispatch', 'get'])(
    'is one trace when undici sends it by %s',
    async (client) => {
      const { traceId, body } = await ask(client, 'query Ask($text: String!) { echo(text: $text) }', {
        text: SECRET,
      });
      expect(body.data.echo).toContain(traceId);
      // A server's span ends after all that it caused, and is exported last.
      const spans = await receiver.waitFor(
        (all) => all.filter((span) => span.traceId === traceId && span.kind === 'server').length === 3,
      );

      expect(receiver.edges(traceId)).toEqual([
        { from: 'client', to: 'edge', via: 'http' },
        { from: 'edge', to: 'graph', via: 'http' },
        { from: 'graph', to: 'backend', via: 'grpc' },
        { from: 'graph', to: 'postgresql', via: 'database' },
        { from: 'graph', to: 'redis', via: 'database' },
      ]);
      const names = spans.filter((span) => span.traceId === traceId).map((span) => span.name);
      expect(names.filter((name) => name === 'query Ask')).toHaveLength(1);
      expect(names).toContain('gateway.operation');
      expect(names).toContain('EchoService.Echo');
      expect(names.filter((name) => name.includes('resolve'))).toEqual([]);
    },
  );

  test('makes each span once, whichever way a library was imported', async () => {
    const { traceId } = await ask('pool', 'query Once { echo(text: "once") }');
    const outline = () =>
      receiver
        .spans()
        .filter((s) => s.traceId === traceId && s.kind !== 'internal')
        .map((s) => `${s.service} ${s.kind} ${s.scope.split('-').at(-1)}`);
    // Three processes export, each in its own time.
    await receiver.waitFor(() => outline().length >= 7);
    expect(outline().sort()).toEqual([
      'backend server grpc',
      'edge client undici',
      'edge server fitme',
      'graph client grpc',
      'graph client ioredis',
      'graph client pg',
      'graph server fitme',
    ]);
  });

  test.each([
    ['a variable', 'query Safe($text: String!) { echo(text: $text) }', { text: SECRET }],
    ['a literal', `query Safe { echo(text: "${SECRET}") }`, {}],
    ['a syntax error', `query Safe { echo(text: "${SECRET}" `, {}],
    ['a validation error', `query Safe { echo(text: ["${SECRET}"], n: ${SECRET}) }`, {}],
    ['an error of PostgreSQL', 'query Safe($text: String!) { fail(sql: $text) }', { text: SECRET }],
  ])('leaves no value of %s in what is exported', async (_case, query, variables) => {
    for (const client of ['pool', 'get']) {
      const { traceId } = await ask(client, query, variables);
      await receiver.waitFor((all) =>
        all.some((s) => s.traceId === traceId && s.name === 'gateway.operation'),
      );
      await receiver.waitFor((all) =>
        all.some((s) => s.traceId === traceId && s.service === 'graph' && s.kind === 'server'),
      );
    }
    expect(surroundings(receiver.text(), SECRET)).toEqual([]);
  });
});

test('a request that nobody records makes no span, and carries its trace on', async () => {
  const { traceId, body } = await ask('dispatch', 'query Unrecorded { echo(text: "unrecorded") }', {}, '00');
  expect(body.data.echo).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  const after = await ask('dispatch', 'query After { echo(text: "after") }');
  await receiver.waitFor(
    (all) => all.filter((span) => span.traceId === after.traceId && span.kind === 'server').length === 3,
  );
  expect(receiver.spans().filter((span) => span.traceId === traceId)).toEqual([]);
});

test('polling and probes leave no span', async () => {
  await fetch(`${edgeUrl}/healthz`);
  const { traceId } = await ask('pool', 'query After { echo(text: "after") }');
  const spans = await receiver.waitFor((all) =>
    all.some((s) => s.traceId === traceId && s.service === 'edge'),
  );
  expect(spans.filter((span) => span.attributes['url.path'] === '/healthz')).toEqual([]);
  expect(spans.filter((span) => span.kind === 'client' && span.parentSpanId === undefined)).toEqual([]);
});

test('a log line carries the ids of its span and no secret', async () => {
  const { traceId } = await ask('pool', 'query Logged { echo(text: "logged") }');
  const line = network[0]
    ?.errors()
    .split('\n')
    .find((text) => text.includes(traceId));
  expect(JSON.parse(line ?? '{}')).toMatchObject({
    trace_id: traceId,
    level: 'info',
    msg: 'operation received',
    password: '[redacted]',
  });
});

test('what is buffered is exported when the process shuts down', async () => {
  const backend = await startProgram('edge', edgeUrl, {
    OTEL_BSP_SCHEDULE_DELAY: '60000',
    OTEL_SERVICE_NAME: 'leaving',
  });
  await fetch(`http://127.0.0.1:${backend.port}/none`);
  await backend.stop();
  await receiver.waitFor((all) => all.some((span) => span.service === 'leaving'));
});

test('a collector that never answers delays the end by no more than the deadline', async () => {
  const silent = await startSilentReceiver();
  const edge = await startProgram('edge', edgeUrl, {
    ...PATIENT_EXPORTERS,
    OTEL_EXPORTER_OTLP_ENDPOINT: silent.url,
    OTEL_BSP_SCHEDULE_DELAY: '60000',
  });
  await fetch(`http://127.0.0.1:${edge.port}/none`);
  await edge.stop();
  await silent.close();
});

test('without an exporter nothing of OpenTelemetry is loaded', async () => {
  const { output } = await run(
    {},
    `
    import { createRequire } from 'node:module';
    const files = Object.keys(createRequire(process.cwd() + '/x.js').cache);
    console.log(JSON.stringify(files.filter((file) => file.includes('@opentelemetry')).length));
  `,
  );
  expect(output.trim()).toBe('0');
});

test('a faulty variable ends the process with one line that names it', async () => {
  const { code, output } = await run({ OTEL_TRACES_EXPORTER: 'otpl', OTEL_TRACES_SAMPLER_ARG: '2' }, '');
  expect(code).toBe(1);
  expect(output.split('\n')).toEqual([
    'OTEL_TRACES_EXPORTER takes none, or a comma-separated list of otlp, zipkin, datadog, console',
    'OTEL_TRACES_SAMPLER_ARG takes a ratio between 0 and 1',
    '',
  ]);
});

async function ask(client: string, query: string, variables: Record<string, string> = {}, flags = '01') {
  const traceId = crypto.randomUUID().replaceAll('-', '');
  const response = await fetch(`${edgeUrl}/${client}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-00f067aa0ba902b7-${flags}` },
    body: JSON.stringify({ query, variables }),
  });
  return { traceId, body: JSON.parse(await response.text()) };
}

/** Finds where a secret stands in a text, so that a failed assertion shows the attribute and not a megabyte. */
function surroundings(text: string, secret: string): string[] {
  return [...text.matchAll(new RegExp(`.{0,120}${secret}.{0,40}`, 'g'))].map(([found]) => found);
}

interface Running {
  readonly port: number;
  errors(): string;
  stop(): Promise<void>;
}

async function startProgram(
  role: string,
  next: string,
  variables: Record<string, string> = {},
): Promise<Running> {
  const child = start({ ...receiver.environment(role), ...variables }, [PROGRAM, role, next]);
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const exited = once(child, 'exit');
  const [line] = await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data'),
    exited.then(() => Promise.reject(new Error(`${role} ended: ${errors}`))),
  ]);
  return {
    port: Number(line),
    errors: () => errors,
    async stop() {
      child.stdin?.end();
      await exited;
    },
  };
}

async function run(variables: Record<string, string>, source: string) {
  const child = start(variables, ['--input-type=module', '--eval', source]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'close');
  return { code, output };
}

function start(env: Record<string, string>, args: string[]): ChildProcess {
  return spawn(process.execPath, ['--import', REGISTER, ...args], { env, stdio: 'pipe' });
}
