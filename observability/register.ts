/**
 * Given to `node --import` of every process, so that instrumentation is in place before the program's first import:
 * `node --import ./observability/register.ts gateway/main.ts`. With no exporter configured it loads nothing more.
 */
import { register } from 'node:module';
import { readTelemetryConfig, type TelemetryConfig, TelemetryConfigError } from './config.ts';
import { keepForShutdown } from './running-telemetry.ts';

/**
 * Packages that instrumentation must patch as they are imported by ES modules; only these pass through the hook.
 * CommonJS packages that require one another (Fastify and node:http, Apollo Server and graphql) are patched without it.
 */
const PATCHED_IMPORTS = ['@grpc/grpc-js', 'http', 'https', 'ioredis', 'pg'];

const config = readConfigOrExit();
if (config !== undefined) {
  if (config.traces.length > 0) {
    register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, {
      data: { include: PATCHED_IMPORTS },
    });
  }
  const { startTelemetry } = await import('./telemetry.ts');
  keepForShutdown(startTelemetry(config));
}

function readConfigOrExit(): TelemetryConfig | undefined {
  try {
    return readTelemetryConfig();
  } catch (error) {
    if (!(error instanceof TelemetryConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
