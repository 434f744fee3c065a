import type { GraphQLError } from 'graphql';
import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import type { RateLimitRule, RateLimitsConfig } from '../config/rate-limits.ts';
import type { CompiledOperation } from '../engine/operation/compiled-operation.ts';
import { clientOf, createAddressList } from '../rate-limits/addresses.ts';
import type { Allowances, Refused } from '../rate-limits/allowances.ts';
import type { Wanted } from '../rate-limits/counter.ts';
import type { GatewayContext } from '../request/context.ts';
import { gatewayError } from '../request/errors.ts';
import type { GatewayPlugin } from './plugin.ts';

export interface RateLimitOptions extends RateLimitsConfig {
  allowances: Allowances;
  now(): number;
  log: Logger;
  metrics: Metrics;
}

/** After a failure nobody waits for the counts for so long, milliseconds. */
const PAUSE_MS = 1_000;

/**
 * Refuses whoever asks too often. Rules that are about all operations are asked before the document is looked at, those
 * about some of them when it is known. While nobody counts, operations run, or do not, as the configuration says.
 */
export function useRateLimit({
  rules,
  whenUncounted,
  allowances,
  now,
  log,
  metrics,
}: RateLimitOptions): GatewayPlugin {
  const counts = rules.map(compileRule);
  const ofAll = counts.filter(({ isOfAll }) => isOfAll);
  const ofSome = counts.filter(({ isOfAll }) => !isOfAll);
  let pausedUntil = 0;

  function limit(
    asked: readonly Count[],
    context: GatewayContext,
    compiled: CompiledOperation | null,
  ): void | Promise<void> {
    const wanted: Wanted[] = [];
    const meant: Count[] = [];
    for (const count of asked) {
      const each = count.wanted(context, compiled);
      if (each === null) continue;
      wanted.push(each);
      meant.push(count);
    }
    if (wanted.length === 0) return;
    if (pausedUntil > now()) return uncounted();
    const answer = allowances.spend(wanted);
    if (answer instanceof Promise) return answer.then((refused) => judge(refused, meant), failed);
    judge(answer, meant);
  }

  function judge(refused: Refused | null, meant: readonly Count[]): void {
    if (refused === null) return;
    const by = meant[refused.lacking]?.rule.by ?? 'operation';
    metrics.rateLimited(by, 'refused');
    throw tooOften(by, refused.retryAfterMs);
  }

  function failed(err: unknown): void {
    pausedUntil = now() + PAUSE_MS;
    log.warn({ err }, 'operations cannot be counted');
    uncounted();
  }

  function uncounted(): void {
    metrics.rateLimited('any', 'uncounted');
    if (whenUncounted === 'refuse')
      throw gatewayError('UNAVAILABLE', 'Requests cannot be counted right now: try again.', {
        status: 503,
        extensions: { retryAfterMs: PAUSE_MS },
      });
  }

  return {
    ...(ofAll.length > 0 && {
      received(request, context) {
        const counted = limit(ofAll, context, null);
        return counted === undefined ? request : counted.then(() => request);
      },
    }),
    ...(ofSome.length > 0 && { resolved: ({ compiled }, context) => limit(ofSome, context, compiled) }),
  };
}

interface Count {
  rule: RateLimitRule;
  /** Whether it counts operations of every kind. */
  isOfAll: boolean;
  /** Null where the rule is not about this operation, or not about whoever runs it. */
  wanted(context: GatewayContext, compiled: CompiledOperation | null): Wanted | null;
}

function compileRule(rule: RateLimitRule): Count {
  const { by, operation, field, limit, windowS, except } = rule;
  const isExempt = createAddressList(except);
  const [type, fieldName] = field?.split('.') ?? [];
  const about = `${by} ${operation ?? ''} ${field ?? ''} ${limit} ${windowS}`;
  return {
    rule,
    isOfAll: operation === undefined && field === undefined,
    wanted(context, compiled) {
      if (operation !== undefined && compiled?.name !== operation) return null;
      let needed = 1;
      if (fieldName !== undefined) {
        if (compiled?.type !== type?.toLowerCase()) return null;
        needed = compiled?.rootFields.filter((each) => each === fieldName).length ?? 0;
        if (needed === 0) return null;
      }
      const address = context.header('x-forwarded-for');
      if (address !== undefined && except.length > 0 && isExempt(address)) return null;
      const who = by === 'viewer' ? context.viewer?.id : by === 'address' ? address && clientOf(address) : '';
      return who === undefined ? null : { key: `${about} ${who}`, needed, limit, windowMs: windowS * 1_000 };
    },
  };
}

function tooOften(by: RateLimitRule['by'], retryAfterMs: number): GraphQLError {
  const who = { viewer: 'You ask', address: 'Your address asks', operation: 'This is asked' }[by];
  const seconds = Math.ceil(retryAfterMs / 1_000);
  const message = `${who} too often: wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'} and try again.`;
  return gatewayError('RESOURCE_EXHAUSTED', message, {
    status: 429,
    reason: 'RATE_LIMITED',
    extensions: { retryAfterMs },
  });
}
