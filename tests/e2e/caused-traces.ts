import type { OtlpReceiver, ReceivedSpan, TraceEdge } from '../otlp-receiver.ts';

/** Service and name: what a span is called in the trace matrix. */
export function titleOf({ service, name }: ReceivedSpan): string {
  return `${service}: ${name}`;
}

/** Edges as sorted text: comparable whatever their order. */
export function inWords(edges: readonly TraceEdge[]): string[] {
  return [...new Set(edges.map(({ from, to, via }) => `${from} → ${to} (${via})`))].sort();
}

/** What a trace causes: the traces that link to it, and those that link to these, by the title of their first span. */
export function causedBy(receiver: OtlpReceiver, traceId: string): Map<string, TraceEdge[]> {
  const spans = receiver.spans();
  const found = new Set([traceId]);
  // A set that grows while it is walked is walked to its end.
  for (const cause of found) {
    for (const { links, ...span } of spans)
      if (links.some((link) => link.traceId === cause)) found.add(span.traceId);
  }
  found.delete(traceId);
  const causes = new Map<string, TraceEdge[]>();
  for (const id of found) {
    const first = spans.find((span) => span.traceId === id && span.parentSpanId === undefined);
    const title = first === undefined ? `${id}, whose first span is missing` : titleOf(first);
    causes.set(title, [...(causes.get(title) ?? []), ...receiver.edges(id)]);
  }
  return causes;
}

/** Causes as sorted text. */
export function causesInWords(
  causes: Iterable<readonly [string, readonly TraceEdge[]]>,
): Record<string, string[]> {
  return Object.fromEntries([...causes].map(([title, edges]) => [title, inWords(edges)]));
}
