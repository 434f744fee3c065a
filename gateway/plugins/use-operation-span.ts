import { nameOperation } from '../request/operation-span.ts';
import type { GatewayPlugin } from './plugin.ts';

/** Names an operation's span as soon as the document tells which it is, and counts its errors there. */
export function useOperationSpan(): GatewayPlugin {
  return {
    resolved({ compiled: { type, name } }, { span }) {
      if (span) nameOperation(span, type, name);
    },
    answered({ type, name, outcome, errors }, { span }) {
      if (errors.length === 0 || span === undefined) return;
      span.set({ 'fitme.gateway.errors': errors.length });
      // What was refused before it was resolved.
      if (outcome === 'refused' && type !== undefined) nameOperation(span, type, name);
    },
  };
}
