import type { GraphQLError } from 'graphql';
import type { Viewer } from '#platform/viewer.ts';
import type { GatewayContext } from '../request/context.ts';
import { gatewayError } from '../request/errors.ts';
import type { GraphqlRequest } from '../request/graphql-request.ts';
import type { GatewayPlugin } from './plugin.ts';

/** The most that an operation may cost, by role; `anonymous` is nobody signed in, `*` everybody else. */
export type CostLimits = Readonly<Record<string, number>>;

const COST_HEADER = 'x-operation-cost';

/**
 * Refuses operations that may cost more than their viewer's role allows, before anything is fetched. Whoever asks for it,
 * by `extensions: {"cost": true}` or the header `x-operation-cost: true`, is told the cost.
 */
export function useOperationCost(limits: CostLimits): GatewayPlugin {
  return {
    resolved({ compiled, request }, { viewer }) {
      const estimated = compiled.cost(request.variables);
      const limit = limitOf(limits, viewer);
      if (estimated > limit) throw tooCostly(estimated, limit);
    },
    async run({ compiled, request }, context, next) {
      const result = await next();
      if (!isAsked(request, context)) return result;
      const limit = limitOf(limits, context.viewer);
      const cost = { estimated: compiled.cost(request.variables), limit: finite(limit) };
      return { ...result, extensions: { ...result.extensions, cost } };
    },
  };
}

/** Of several roles the one that allows most. */
function limitOf(limits: CostLimits, viewer: Viewer | null): number {
  const everybody = limits['*'] ?? Number.POSITIVE_INFINITY;
  if (viewer === null) return limits['anonymous'] ?? everybody;
  let limit: number | undefined;
  for (const role of viewer.roles) {
    const own = Object.hasOwn(limits, role) ? limits[role] : undefined;
    if (own !== undefined && own > (limit ?? 0)) limit = own;
  }
  return limit ?? everybody;
}

function isAsked({ extensions }: GraphqlRequest, context: GatewayContext): boolean {
  return extensions['cost'] === true || context.header(COST_HEADER) === 'true';
}

function tooCostly(estimated: number, limit: number): GraphQLError {
  const message = `This operation may cost ${estimated}, and ${limit} is the most for you: ask for shorter pages, or for lists within lists one by one.`;
  return gatewayError('OPERATION_TOO_COSTLY', message, {
    status: 400,
    extensions: { cost: { estimated, limit } },
  });
}

/** JSON has no infinity. */
function finite(limit: number): number | null {
  return Number.isFinite(limit) ? limit : null;
}
