import type { ConsumerMiddleware } from './events/consumer-middleware.ts';
import { committing } from './events/middleware/committing.ts';
import { loading } from './events/middleware/loading.ts';
import { measuring as measuringEvents } from './events/middleware/measuring.ts';
import { tracing as tracingEvents } from './events/middleware/tracing.ts';
import type { ClientMiddleware } from './grpc/client-middleware.ts';
import { credentials } from './grpc/middleware/credentials.ts';
import { deadline as deadlineOfCall } from './grpc/middleware/deadline.ts';
import { measuring as measuringCalls } from './grpc/middleware/measuring.ts';
import { translation } from './grpc/middleware/translation.ts';
import { authentication } from './service/middleware/authentication.ts';
import { context } from './service/middleware/context.ts';
import { deadline } from './service/middleware/deadline.ts';
import { logging } from './service/middleware/logging.ts';
import { metrics } from './service/middleware/metrics.ts';
import { recovery } from './service/middleware/recovery.ts';
import { scopes } from './service/middleware/scopes.ts';
import { tracing } from './service/middleware/tracing.ts';
import { validation } from './service/middleware/validation.ts';
import type { Middleware } from './service/middleware.ts';

// In every pipeline each step relies on the ones in front of it, and platform/tests/pipelines shows for each pair of
// neighbours what would be lost.

/**
 * Calls that come in, by either door (gRPC, GraphQL). Recovery stands inside of logging and metrics, so that a bug is
 * logged and counted as what the caller is told (INTERNAL).
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

/** gRPC calls that go out; their spans, and the trace context that they carry, are those of the instrumentation. */
export const CLIENT_PIPELINE: readonly ClientMiddleware[] = [
  measuringCalls,
  translation,
  deadlineOfCall,
  credentials,
];

/** Events of other domains. */
export const CONSUMER_PIPELINE: readonly ConsumerMiddleware[] = [
  tracingEvents,
  measuringEvents,
  loading,
  committing,
];
