import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Logger } from '#observability/logger.ts';
import type { DecidePolicies } from './authorization.ts';

export interface PoliciesOptions {
  /** Path of the module whose default export decides; null for none. */
  module: string | null;
  /** A decision that takes longer denies, milliseconds. */
  timeoutMs: number;
  log: Logger;
}

/**
 * Loads the function that decides what `@policy` asks for. What it does not decide, because it fails or takes too long,
 * is denied.
 *
 * @throws where the module cannot be loaded or exports no function
 */
export async function loadPolicies({
  module,
  timeoutMs,
  log,
}: PoliciesOptions): Promise<DecidePolicies | null> {
  if (module === null) return null;
  const exported = (await import(pathToFileURL(resolve(module)).href)) as { default?: unknown };
  const { default: decide } = exported;
  if (!isDecider(decide))
    throw new Error(
      `POLICY_MODULE: ${module} takes a default export (policies, viewer) => Promise<string[]>`,
    );
  return async (policies, viewer) => {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`Undecided after ${timeoutMs} ms`)), timeoutMs);
    try {
      return [...(await Promise.race([decide(policies, viewer), late.promise]))];
    } catch (err) {
      log.error({ err }, 'policies were not decided: they are denied');
      return [];
    } finally {
      clearTimeout(timer);
    }
  };
}

function isDecider(value: unknown): value is DecidePolicies {
  return typeof value === 'function';
}
