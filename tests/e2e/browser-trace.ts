import { randomBytes } from 'node:crypto';
import type { E2eNetwork } from './network.ts';

/**
 * Does what OpenTelemetry does in a browser: a span for a touch, an operation below it, and the span exported through the
 * gateway's own door.
 *
 * @returns the trace's id
 */
export async function tapInBrowser(network: E2eNetwork): Promise<string> {
  const traceId = randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  const { token } = await network.signUp('Hedy Lamarr');
  const startedAt = Date.now();
  const answer = await network.run('query Profile { viewer { user { name } } }', {
    token,
    headers: { traceparent: `00-${traceId}-${spanId}-01` },
  });
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  const sent = await fetch(`${network.gatewayUrl}/otlp/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'browser' } }] },
          scopeSpans: [
            {
              scope: { name: 'taps' },
              spans: [
                {
                  traceId,
                  spanId,
                  name: 'tap on profile',
                  kind: CLIENT,
                  startTimeUnixNano: `${startedAt}000000`,
                  endTimeUnixNano: `${Date.now()}000000`,
                  attributes: [],
                },
              ],
            },
          ],
        },
      ],
    }),
  });
  if (!sent.ok) throw new Error(`The gateway answered ${sent.status} to telemetry: ${await sent.text()}`);
  return traceId;
}

/** Of OTLP's kinds of spans. */
const CLIENT = 3;
