import type { FromPlanner, Planned, ToPlanner } from './planner-process.ts';

/** Larger plans are of operations that nobody writes, and would hold up the gateway that compiles them. */
const LARGEST_PLAN = 512 * 1024;

/** Serves the gateway that started this process: one supergraph first, then any number of requests. */
export function servePlans<Request, Plan>(
  open: (sdl: string) => (request: Request) => Plan | Promise<Plan>,
): void {
  let plan: ((request: Request) => Plan | Promise<Plan>) | undefined;

  async function planned(request: Request): Promise<Planned<Plan>> {
    if (plan === undefined) return { failure: 'There is no supergraph' };
    try {
      const made = await plan(request);
      return JSON.stringify(made).length > LARGEST_PLAN ? { tooLarge: true } : { plan: made };
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error) };
    }
  }

  process.on('message', async (message: ToPlanner<Request>) => {
    if ('sdl' in message) {
      plan = open(message.sdl);
      send({ ready: true });
    } else send({ id: message.id, ...(await planned(message.request)) });
  });
  process.on('disconnect', () => process.exit());

  function send(message: FromPlanner<Plan>): void {
    process.send?.(message);
  }
}
