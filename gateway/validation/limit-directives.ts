import type { ValidationRule } from 'graphql';
import { gatewayError } from '../request/errors.ts';

/**
 * Refuses documents with more than `max` directives. Those that depend on variables make an operation many, and each is
 * planned.
 */
export function limitDirectives(max: number): ValidationRule {
  return (context) => {
    let directives = 0;
    return {
      Directive() {
        directives += 1;
        if (directives !== max + 1) return;
        const message = `This document has more than ${max} directives: send what differs as several operations.`;
        context.reportError(
          gatewayError('GRAPHQL_VALIDATION_FAILED', message, { reason: 'DOCUMENT_TOO_LARGE' }),
        );
      },
    };
  };
}
