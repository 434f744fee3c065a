/** Hive Gateway as it comes, with its query planner in Rust. BENCH_FORWARD hands the client's token to the subgraphs. */
import { defineConfig } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

export const gatewayConfig = defineConfig({
  unifiedGraphHandler,
  ...(process.env.BENCH_FORWARD === '1' && {
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') }),
    },
  }),
});
