import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as grpc from '@grpc/grpc-js';
import protobuf from 'protobufjs';

/** Holds what arrived, decoded, by the path or RPC by which it came. */
interface Received {
  way: string;
  // biome-ignore lint/suspicious/noExplicitAny: OTLP's and Zipkin's messages, as JSON writes them
  body: any;
}

export interface Receiver {
  url: string;
  received: Received[];
  close(): Promise<void>;
}

/** Takes what is sent over HTTP: JSON (OTLP, Zipkin) and OTLP's protobuf. */
export async function startHttpReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = Buffer.concat(chunks);
    const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const way = request.url ?? '';
    const isProtobuf = request.headers['content-type'] === 'application/x-protobuf';
    received.push({ way, body: isProtobuf ? decode(signalOf(way), bytes) : JSON.parse(String(bytes)) });
    response.writeHead(200, { 'content-type': request.headers['content-type'] }).end(isProtobuf ? '' : '{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Takes connections and never answers: whoever waits for it waits for as long as they allow themselves. */
export async function startSilentReceiver(): Promise<Receiver> {
  const server = createServer(() => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Exporters that wait for their collector for longer than a test lasts. */
export const PATIENT_EXPORTERS = {
  OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
  OTEL_BSP_EXPORT_TIMEOUT: '600000',
  OTEL_BLRP_EXPORT_TIMEOUT: '600000',
};

/** Takes what is sent by OTLP over gRPC. */
export async function startGrpcReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = new grpc.Server();
  for (const signal of ['trace', 'metrics', 'logs'] as const) {
    const path = `/opentelemetry.proto.collector.${signal}.v1.${capital(signal)}Service/Export`;
    server.addService(
      {
        Export: {
          path,
          requestStream: false,
          responseStream: false,
          requestSerialize: (bytes: Buffer) => bytes,
          requestDeserialize: (bytes: Buffer) => bytes,
          responseSerialize: (bytes: Buffer) => bytes,
          responseDeserialize: (bytes: Buffer) => bytes,
        },
      },
      {
        Export(call: { request: Buffer }, callback: (error: null, answer: Buffer) => void) {
          received.push({ way: path, body: decode(signal, call.request) });
          callback(null, Buffer.alloc(0));
        },
      },
    );
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () => new Promise((resolve) => server.tryShutdown(() => resolve())),
  };
}

type ProtoSignal = 'trace' | 'metrics' | 'logs';

const otlp = protobuf.loadSync(join(import.meta.dirname, 'otlp.proto'));

/** A message of OTLP's protobuf as OTLP's JSON writes it: ids are hexadecimal, not base64. */
function decode(signal: ProtoSignal, bytes: Buffer): unknown {
  const type = otlp.lookupType(`otlp.Export${capital(signal)}ServiceRequest`);
  const json = JSON.stringify(type.toObject(type.decode(bytes), { longs: String, bytes: String }));
  return JSON.parse(json, (key, value) =>
    /^(traceId|spanId|parentSpanId)$/.test(key) ? Buffer.from(value, 'base64').toString('hex') : value,
  );
}

/** A request of OTLP's protobuf, of what its JSON says. */
export function encode(signal: ProtoSignal, request: object): Buffer<ArrayBuffer> {
  const type = otlp.lookupType(`otlp.Export${capital(signal)}ServiceRequest`);
  return Buffer.from(type.encode(type.fromObject(request)).finish());
}

function signalOf(path: string): ProtoSignal {
  if (path.endsWith('traces')) return 'trace';
  return path.endsWith('metrics') ? 'metrics' : 'logs';
}

function capital(word: string): string {
  return `${word[0]?.toUpperCase()}${word.slice(1)}`;
}
