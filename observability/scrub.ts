import { type Attributes, type Span, SpanKind, type SpanStatus, SpanStatusCode } from '@opentelemetry/api';

/** The part of the SDK's span that scrubbing reads and changes. */
interface EndingSpan extends Pick<Span, 'setStatus'> {
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly events: readonly { readonly attributes?: Attributes }[];
}

/**
 * Removes from a span, just before it ends, what the instrumentation packages put there and may be personal: URL queries
 * (GraphQL over GET carries variables there), SQL literals, the caller's address, and the text of errors (a parse error quotes
 * the document, a PostgreSQL error quotes the value). An error keeps its type, its code and its stack frames; its
 * text is in the log, under the same trace id.
 */
export function scrub(span: EndingSpan): void {
  const { attributes } = span;
  for (const name of NEVER_EXPORTED) delete attributes[name];
  if (span.kind === SpanKind.SERVER) delete attributes['network.peer.address'];
  rewrite(attributes, 'url.full', (url) => url.split('?', 1)[0] ?? '');
  rewrite(attributes, 'db.query.text', (sql) => sql.replace(SQL_LITERAL, "'?'"));
  for (const event of span.events) {
    if (event.attributes === undefined) continue;
    delete event.attributes['exception.message'];
    rewrite(event.attributes, 'exception.stacktrace', framesOf);
  }
  if (span.status.code === SpanStatusCode.ERROR && span.status.message !== undefined) {
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
}

const NEVER_EXPORTED = [
  'url.query',
  'client.address',
  'user_agent.original',
  'grpc.error_message',
  'graphql.source',
];

const SQL_LITERAL = /'(?:[^']|'')*'/g;

function rewrite(attributes: Attributes, name: string, change: (value: string) => string): void {
  const value = attributes[name];
  if (typeof value === 'string') attributes[name] = change(value);
}

/** The stack without its first lines, which repeat the message. */
function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
