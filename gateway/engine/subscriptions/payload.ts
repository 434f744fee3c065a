import { type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';

/** An event type's fields as the live subgraph answers them, before the graph completes its stubs. */
export type Payload = Record<string, unknown>;

/** An event as a domain's log holds it. */
export interface LoggedEvent {
  /** The kind of the event, for example "library.book-added". */
  kind: string;
  /** When it happened, ISO 8601. */
  occurredAt: string;
  /** Ids of what it is about, by role. */
  subjects: Readonly<Record<string, string>>;
}

/** Makes the payload of a logged event (docs/LIVE-PROTOCOL.md: the payload, by convention). */
export function eventPayload(type: GraphQLObjectType, event: LoggedEvent, cursor: string): Payload {
  const base = { cursor, kind: enumName(event.kind), occurredAt: event.occurredAt, recovered: true };
  return { ...base, ...stubs(type, event.subjects) };
}

/** Tells a subscriber that events in front of the cursor are lost to them. */
export function historyLostPayload(type: GraphQLObjectType, cursor: string, occurredAt: string): Payload {
  return { cursor, kind: 'HISTORY_LOST', occurredAt, recovered: false, ...stubs(type, {}) };
}

/** Makes the payload of a change of state: it is about the viewer, and about what the field's arguments name. */
export function statePayload(
  type: GraphQLObjectType,
  args: Readonly<Record<string, unknown>>,
  viewerId: string,
  occurredAt: string,
): Payload {
  const subjects = { ...namedBy(args), viewer: viewerId };
  return { cursor: null, kind: null, occurredAt, recovered: true, ...stubs(type, subjects) };
}

/** An argument `bookId` names the subject `book`. */
function namedBy(args: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(args).flatMap(([name, value]) =>
      name.endsWith('Id') && typeof value === 'string' ? [[name.slice(0, -2), value]] : [],
    ),
  );
}

/** "library.book-added" is BOOK_ADDED. */
function enumName(kind: string): string {
  return kind
    .slice(kind.lastIndexOf('.') + 1)
    .replaceAll('-', '_')
    .toUpperCase();
}

function stubs(type: GraphQLObjectType, subjects: Readonly<Record<string, string>>): Payload {
  const result: Payload = {};
  for (const field of Object.values(type.getFields())) {
    const of = getNamedType(field.type);
    if (!isObjectType(of)) continue;
    const id = subjects[field.name];
    result[field.name] = id === undefined ? null : { __typename: of.name, id };
  }
  return result;
}
