import type { ValidationRule } from 'graphql';
import { gatewayError } from '../request/errors.ts';

/** Refuses documents with more than `max` aliases: they ask for the same field over and over in one request. */
export function limitAliases(max: number): ValidationRule {
  return (context) => {
    let aliases = 0;
    return {
      Field(node) {
        if (node.alias === undefined) return;
        aliases += 1;
        if (aliases !== max + 1) return;
        const message = `This document has more than ${max} aliases: ask for less, or in several requests.`;
        context.reportError(
          gatewayError('GRAPHQL_VALIDATION_FAILED', message, { reason: 'DOCUMENT_TOO_LARGE' }),
        );
      },
    };
  };
}
