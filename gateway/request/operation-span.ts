import { GraphQLError } from 'graphql';
import { type RunningSpan, withSpan } from '#observability/tracing.ts';
import { DomainError } from '#platform/errors.ts';

/** Runs one operation inside its span, by whichever door it came. What is refused is no fault of ours. */
export function withOperationSpan<T>(requestId: string, run: (span: RunningSpan) => T): T {
  const attributes = { 'fitme.request.id': requestId };
  return withSpan('graphql.operation', { attributes, isFault: isNoRefusal }, run);
}

/** Names the span after the operation, as soon as the document tells which it is. */
export function nameOperation(span: RunningSpan, type: string, name: string | null | undefined): void {
  span.rename(name ? `${type} ${name}` : type);
  span.set({ 'graphql.operation.type': type, 'graphql.operation.name': name ?? undefined });
}

function isNoRefusal(error: unknown): boolean {
  return !(error instanceof GraphQLError || error instanceof DomainError);
}
