/**
 * How long tests wait for what is bound to come, and how often they look: `vi.waitFor(…, PATIENCE)`; `expect.poll` waits as
 * long by itself. It bounds what never comes, and measures nothing: machines may be busy. What happens by the clock
 * instead, such as a poll that a test does without, has to be further away than this.
 */
export const PATIENCE = { timeout: 45_000, interval: 20 };

/** How long a test's own calls may take, milliseconds; services take no more (platform/service/pipeline.ts). */
export const CALL_MS = 60_000;

/** Variables of a gateway with time for everything: a test that is about one of these limits sets it itself. */
const UNHURRIED_GATEWAY = {
  LIMIT_REQUEST_MS: String(CALL_MS),
  SUBGRAPH_TIMEOUT_MS: String(CALL_MS),
  LIVE_INIT_MS: '60000',
  REDIS_TIMEOUT_MS: '10000',
};

/** The same, with what only one engine takes. */
export function unhurriedGateway(engine: string): Record<string, string> {
  return engine === 'compiled' ? { ...UNHURRIED_GATEWAY, PLAN_TIMEOUT_MS: '60000' } : UNHURRIED_GATEWAY;
}
