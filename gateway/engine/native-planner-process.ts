import { QueryPlanner } from '@graphql-hive/router-query-planner';
import type { FromPlanner, ToPlanner } from './native-planner.ts';

/** The process that plans for `native-planner.ts`: one supergraph first, then any number of operations. */
let planner: QueryPlanner | undefined;

process.on('message', (message: ToPlanner) => {
  if ('sdl' in message) planner = new QueryPlanner(message.sdl);
  else void answer(message);
});
process.on('disconnect', () => process.exit());

async function answer({ id, query, name, labels, percentage }: Extract<ToPlanner, { id: number }>) {
  try {
    const plan = await planner?.planAsync(query, name, new Set(labels), percentage);
    tell({ id, node: plan?.node ?? null });
  } catch (error) {
    tell({ id, failure: error instanceof Error ? error.message : String(error) });
  }
}

function tell(message: FromPlanner): void {
  process.send?.(message);
}
