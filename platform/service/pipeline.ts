import { withSpan } from '#observability/tracing.ts';
import { DomainError, invalidFields } from '../errors.ts';
import { measured, type Next } from '../pipeline.ts';
import { hashOfViewer, readsShared } from '../viewer.ts';
import type { Invocation, Middleware, PipelineParts } from './middleware.ts';
import { isOutage } from './outage.ts';

/**
 * Calls that come in, by either door (gRPC, GraphQL). Each step relies on the ones in front of it, and
 * platform/tests/pipelines shows for each pair of neighbours what would be lost. Recovery stands inside of logging and
 * metrics, so that a bug is logged and counted as what the caller is told (INTERNAL).
 */
export const SERVICE_PIPELINE: readonly Middleware[] = [
  deadline,
  context,
  tracing,
  logging,
  metrics,
  recovery,
  authentication,
  scopes,
  validation,
];

/** A caller may not wait longer than this, milliseconds. */
const LONGEST_MS = 60_000;

/**
 * Refuses a call that would wait for ever, or whose caller no longer waits. The doors take deadlines by the clock of this
 * process, and not by the one by which domains live, which tests set.
 */
async function deadline({ incoming, call }: Invocation, next: Next): Promise<unknown> {
  if (incoming.deadline === undefined || !Number.isFinite(incoming.deadline)) {
    throw new DomainError(
      'INVALID_ARGUMENT',
      'This call has no deadline: set one, for example 5 seconds from now.',
    );
  }
  if (incoming.deadline <= Date.now())
    throw new DomainError('DEADLINE_EXCEEDED', 'The deadline had passed on arrival.');
  call.deadline = Math.min(incoming.deadline, Date.now() + LONGEST_MS);
  return next();
}

/** What a request id may look like: it goes to logs, so a client cannot make it long or break lines. */
const REQUEST_ID = /^[\w-]{1,64}$/;

/** Takes over the request id that came along, or makes one. */
async function context(
  { incoming, call }: Invocation,
  next: Next,
  { newId }: PipelineParts,
): Promise<unknown> {
  const given = incoming.header('x-request-id');
  call.requestId = given !== undefined && REQUEST_ID.test(given) ? given : newId();
  call.userAgent = incoming.header('user-agent')?.slice(0, 300) ?? null;
  return next();
}

/** A span for the method, inside of the one that the door's instrumentation has opened. */
function tracing({ method, call, incoming }: Invocation, next: Next): Promise<unknown> {
  return withSpan(
    `${method.service}/${method.name}`,
    {
      attributes: {
        'fitme.domain': method.domain,
        'fitme.rpc.door': incoming.door,
        'fitme.request.id': call.requestId,
        'fitme.rpc.deadline': call.deadline - Date.now(),
      },
      isFault: (error) => !(error instanceof DomainError) || error.code === 'INTERNAL',
    },
    next,
  );
}

/**
 * One line a call: at info over gRPC, at debug from a resolver (the gateway has logged that request). The cause of an
 * INTERNAL is logged here, once, and nowhere else.
 */
async function logging(
  { method, call, incoming }: Invocation,
  next: Next,
  { log }: PipelineParts,
): Promise<unknown> {
  const start = performance.now();
  const fields = () => ({
    service: method.service,
    method: method.name,
    door: incoming.door,
    requestId: call.requestId,
    ...(call.viewer && { viewer: hashOfViewer(call.viewer) }),
    durationMs: Math.round(performance.now() - start),
  });
  try {
    const response = await next();
    log[incoming.door === 'grpc' ? 'info' : 'debug']({ ...fields(), code: 'OK' }, 'call');
    return response;
  } catch (error) {
    const code = error instanceof DomainError ? error.code : 'INTERNAL';
    if (code === 'INTERNAL') log.error({ ...fields(), code, err: causeOf(error) }, 'call failed');
    else log.info({ ...fields(), code }, 'call refused');
    throw error;
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof DomainError && error.cause !== undefined ? error.cause : error;
}

/** Counts and times the call under the code that its caller gets; cancelled calls too. */
function metrics({ method, incoming }: Invocation, next: Next, parts: PipelineParts): Promise<unknown> {
  return measured(next, (code, seconds) =>
    parts.metrics.serviceMethod(
      { service: method.service, method: method.name, code, door: incoming.door },
      seconds,
    ),
  );
}

/**
 * Answers a caller who no longer waits at once, and turns a thrown bug into INTERNAL with the request id, and a
 * database that is away into UNAVAILABLE: the process lives, and the cause goes to the log only.
 */
async function recovery({ call, incoming }: Invocation, next: Next): Promise<unknown> {
  try {
    return await untilAborted(next, incoming.signal);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    if (incoming.signal.aborted) throw abortedError(incoming.signal);
    if (isOutage(error))
      throw new DomainError('UNAVAILABLE', 'This is not available right now: try again.', { cause: error });
    const message = `Something went wrong on our side. Try again, and name request ${call.requestId} if it goes on.`;
    throw new DomainError('INTERNAL', message, { cause: error });
  }
}

function untilAborted(next: () => Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  if (signal.aborted) return Promise.reject(abortedError(signal));
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortedError(signal));
    signal.addEventListener('abort', abort, { once: true });
    next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

function abortedError(signal: AbortSignal): DomainError {
  return signal.reason instanceof DomainError
    ? signal.reason
    : new DomainError('CANCELLED', 'The caller went away.', { cause: signal.reason });
}

/**
 * Learns from the token who calls. Methods of anonymous access do not look at it: a client that signs in again may
 * still send the token that has ended.
 */
async function authentication(
  { method, incoming, call }: Invocation,
  next: Next,
  { verifier }: PipelineParts,
): Promise<unknown> {
  if (method.scopes === null) return next();
  const header = incoming.header('authorization');
  if (header === undefined) {
    throw new DomainError(
      'UNAUTHENTICATED',
      'Sign in and send the access token as "Authorization: Bearer ...".',
    );
  }
  call.viewer = await verifier.verifyHeader(header);
  return next();
}

/**
 * Refuses a caller whose token lacks a scope that the proto method names. A token for what is shared opens the methods
 * that are marked so, and no other: not even one that asks for no scope.
 */
async function scopes({ method, call }: Invocation, next: Next): Promise<unknown> {
  if (readsShared(call.viewer)) {
    if (method.isShared) return next();
    throw new DomainError(
      'PERMISSION_DENIED',
      'This depends on who asks, and cannot be read for all who listen: send the token of one person.',
    );
  }
  const missing = (method.scopes ?? []).filter((scope) => !call.viewer?.scopes.has(scope));
  if (missing.length > 0) {
    throw new DomainError(
      'PERMISSION_DENIED',
      `This needs the scope ${missing.join(' and ')}, which your token lacks.`,
      { reason: 'SCOPE_MISSING', parameters: { scopes: missing.join(',') } },
    );
  }
  return next();
}

/** Refuses a request that is wrong in itself, naming every wrong field. */
async function validation({ method, request }: Invocation, next: Next): Promise<unknown> {
  const fields = method.check(request);
  if (fields.length > 0) throw invalidFields(fields);
  return next();
}
