import { authentication } from './middleware/authentication.ts';
import { context } from './middleware/context.ts';
import { deadline } from './middleware/deadline.ts';
import { logging } from './middleware/logging.ts';
import { metrics } from './middleware/metrics.ts';
import { recovery } from './middleware/recovery.ts';
import { scopes } from './middleware/scopes.ts';
import { tracing } from './middleware/tracing.ts';
import { validation } from './middleware/validation.ts';
import type { Middleware } from './middleware.ts';

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
