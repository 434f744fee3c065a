import * as grpc from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import type { IncomingCall, ServedService } from '../call.ts';
import { DomainError } from '../errors.ts';
import { isMessage, loadProtos, serviceDefinition } from './protos.ts';
import { toStatus } from './status.ts';

export interface GrpcServer {
  /** The port that it listens on. */
  port: number;
  /** Serves these, and says so to health checks and reflection. */
  serve(services: readonly ServedService[]): void;
  /** Refuses new calls and waits for those under way, until the deadline. */
  close(deadlineMs: number): Promise<void>;
}

export interface GrpcServerOptions {
  host: string;
  /** 0 for any free one. */
  port: number;
}

const SERVER_OPTIONS: grpc.ServerOptions = {
  'grpc.max_receive_message_length': 4 * 1024 * 1024,
  // Clients meet new replicas only when they connect anew.
  'grpc.max_connection_age_ms': 5 * 60_000,
  'grpc.max_connection_age_grace_ms': 30_000,
  'grpc.keepalive_time_ms': 30_000,
};

/** Opens a gRPC port, with grpc.health.v1 and server reflection beside the services. */
export async function createGrpcServer({ host, port }: GrpcServerOptions): Promise<GrpcServer> {
  const server = new grpc.Server(SERVER_OPTIONS);
  const health = new HealthImplementation({ '': 'NOT_SERVING' });
  const served = new Set(['']);
  health.addToServer(server);
  new ReflectionService(descriptorSet()).addToServer(server);
  const bound = await bind(server, `${host}:${port}`);
  return {
    port: bound,
    serve(services) {
      for (const service of services) {
        server.addService(serviceDefinition(service.name), handlersOf(service));
        served.add(service.name);
      }
      for (const name of served) health.setStatus(name, 'SERVING');
    },
    async close(deadlineMs) {
      for (const name of served) health.setStatus(name, 'NOT_SERVING');
      await drained(server, deadlineMs);
    },
  };
}

/**
 * All that reflection tells of. Every definition carries the descriptors of all files, and ReflectionService decodes them
 * for each definition anew, which takes a quarter of a second: one is enough.
 */
function descriptorSet(): PackageDefinition {
  return Object.fromEntries(
    Object.entries(loadProtos())
      .filter(([, definition]) => isMessage(definition))
      .slice(0, 1),
  );
}

function handlersOf(service: ServedService): grpc.UntypedServiceImplementation {
  const methods = Object.keys(serviceDefinition(service.name));
  return Object.fromEntries(methods.map((method) => [method, unaryHandler(service, method)]));
}

function unaryHandler(service: ServedService, method: string): grpc.handleUnaryCall<object, object> {
  return (call, callback) => {
    const controller = new AbortController();
    const cancelled = () => {
      const late = deadlineOf(call) <= Date.now();
      controller.abort(
        late
          ? new DomainError('DEADLINE_EXCEEDED', 'The deadline passed.')
          : new DomainError('CANCELLED', 'The caller went away.'),
      );
    };
    call.on('cancelled', cancelled);
    service
      .invoke(method, call.request, incomingOf(call, controller.signal))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(toStatus(toDomainError(error))),
      )
      .finally(() => call.off('cancelled', cancelled));
  };
}

function incomingOf(call: grpc.ServerUnaryCall<object, object>, signal: AbortSignal): IncomingCall {
  const deadline = deadlineOf(call);
  return {
    door: 'grpc',
    header: (name) => call.metadata.get(name)[0]?.toString(),
    deadline: Number.isFinite(deadline) ? deadline : undefined,
    signal,
    // Callers are services inside: what one says of an address further out is not believed.
    address: addressOf(call.getPeer()),
  };
}

function deadlineOf(call: grpc.ServerUnaryCall<object, object>): number {
  const deadline = call.getDeadline();
  return typeof deadline === 'number' ? deadline : deadline.getTime();
}

/** "10.0.0.7:4711" and "[::1]:4711" without their port. */
function addressOf(peer: string): string | null {
  return /^\[?(.+?)\]?:\d+$/.exec(peer)?.[1] ?? null;
}

function toDomainError(error: unknown): DomainError {
  return error instanceof DomainError
    ? error
    : new DomainError('INTERNAL', 'Something went wrong on our side. Try again.', { cause: error });
}

function bind(server: grpc.Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error !== null) reject(error);
      else resolve(port);
    });
  });
}

function drained(server: grpc.Server, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, deadlineMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
