import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingCall } from '../call.ts';
import { DomainError } from '../errors.ts';

/** How long a request may take that names no time of its own, milliseconds. */
const DEFAULT_TIMEOUT_MS = 10_000;
const LONGEST_TIMEOUT_MS = 60_000;

/** A request to a subgraph as the pipeline sees it. The header x-timeout-ms says how long its caller still waits. */
export function incomingFromHttp(request: FastifyRequest, reply: FastifyReply): IncomingCall {
  const timeoutMs = timeoutOf(request.headers['x-timeout-ms']);
  const controller = new AbortController();
  const late = () => controller.abort(new DomainError('DEADLINE_EXCEEDED', 'The deadline passed.'));
  const timer = setTimeout(late, timeoutMs);
  reply.raw.once('close', () => {
    clearTimeout(timer);
    if (!reply.raw.writableFinished) controller.abort(new DomainError('CANCELLED', 'The caller went away.'));
  });
  return {
    door: 'graphql',
    header: (name) => firstOf(request.headers[name]),
    deadline: Date.now() + timeoutMs,
    signal: controller.signal,
    address: request.ip,
  };
}

function timeoutOf(header: string | string[] | undefined): number {
  const given = Number(firstOf(header));
  return given > 0 ? Math.min(given, LONGEST_TIMEOUT_MS) : DEFAULT_TIMEOUT_MS;
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
