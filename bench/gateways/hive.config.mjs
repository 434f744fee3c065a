/**
 * Hive Gateway as it comes, with its query planner in Rust. BENCH_FORWARD=1 hands the client's token to the subgraphs;
 * BENCH_SHARE=0 keeps it from sending identical fetches once that are under way at the same time.
 */
import { defineConfig } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

export const gatewayConfig = defineConfig({
  unifiedGraphHandler,
  ...(process.env.BENCH_SHARE === '0' && {
    transportEntries: { '*': { options: { deduplicateInflightRequests: false } } },
  }),
  ...(process.env.BENCH_FORWARD === '1' && {
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') }),
    },
  }),
});
