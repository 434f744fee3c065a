import type { Logger } from '#observability/logger.ts';
import type { PlanningConfig } from '../../config/planning.ts';
import { RefusedError } from '../../request/refused-error.ts';
import { defers } from '../document/defer-rules.ts';
import type { LoadedSupergraph } from '../supergraph/supergraph.ts';
import { createApolloPlanner } from './apollo-planner.ts';
import { createHivePlanner } from './hive-planner.ts';
import { readInterfaceObjects } from './interface-objects.ts';
import type { Planner, PlanRequest } from './planner.ts';
import { divergesByType } from './type-divergence.ts';

/** Plans with the native planner what it can plan, and everything else with the other. */
export async function createPlanner(
  loaded: LoadedSupergraph,
  log: Logger,
  config: Pick<PlanningConfig, 'planner' | 'planTimeoutMs'>,
  createNative = createHivePlanner,
): Promise<Planner> {
  const limits = { timeoutMs: config.planTimeoutMs };
  const other = createApolloPlanner(loaded, limits);
  if (config.planner === 'apollo' || isBeyondNative(loaded.sdl)) return other;
  const native = await createNative(loaded, limits).catch((err: unknown) => {
    log.warn({ err }, 'the native planner does not load; the other one plans everything');
    return null;
  });
  if (native === null) return other;
  const planned = async <Made>(by: (planner: Planner) => Promise<Made>): Promise<Made> => {
    try {
      return await by(native);
    } catch (err) {
      // An operation that takes one of them too long is not tried with the slower one.
      if (err instanceof RefusedError) throw err;
      log.warn({ err }, 'the native planner does not plan an operation; the other one does');
      return by(other);
    }
  };
  const interfaceObjects = readInterfaceObjects(loaded);
  const isMisplanned = ({ document }: PlanRequest) =>
    interfaceObjects?.isMisplanned(document) === true ||
    interfaceObjects?.losesKey(document) === true ||
    divergesByType(document);
  return {
    name: native.name,
    close() {
      native.close();
      other.close();
    },
    plan(request) {
      // The native one would fetch everything at once, without a word.
      if (defers(request.document) || isMisplanned(request)) return other.plan(request);
      return planned((planner) => planner.plan(request));
    },
    planSubscription(request) {
      if (isMisplanned(request)) return other.planSubscription(request);
      return planned((planner) => planner.planSubscription(request));
    },
  };
}

/** Whether a supergraph has what the native planner does not know: values taken with `@fromContext`. */
function isBeyondNative(sdl: string): boolean {
  return /contextArguments:\s*\[\s*\{/.test(sdl);
}
