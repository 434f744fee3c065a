import {
  type FieldDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isEnumType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { DomainError } from '#platform/errors.ts';
import { sameId } from '#platform/ids.ts';
import { isLive, type LoadedSupergraph } from '../supergraph/supergraph.ts';

/** A topic that a field listens to. */
export interface TopicTemplate {
  /** With {argument} and {viewer}. */
  name: string;
  /** Kinds of events that reach the subscriber; null for all. */
  kinds: ReadonlySet<string> | null;
}

/**
 * Says what becomes of the events that a client does not take in time; topics of state conflate, whatever their field
 * says.
 */
export type WhenSlow = 'CLOSE' | 'DROP_OLDEST' | 'CONFLATE';

/** A subscription field that the gateway serves itself. */
export interface LiveField {
  name: string;
  /** The virtual subgraph. */
  subgraph: string;
  topics: readonly TopicTemplate[];
  whenSlow: WhenSlow;
  /** Least time between two messages to one subscriber, of a field that conflates; 0 for none. */
  minIntervalMs: number;
  /** The type of the field's events. */
  eventType: GraphQLObjectType;
  /** As clients see it. */
  definition: GraphQLField<unknown, unknown>;
}

/** The subscription fields of a supergraph's live subgraphs. Throws where one cannot be served. */
export function readLiveFields(loaded: LoadedSupergraph): ReadonlyMap<string, LiveField> {
  const subscription = loaded.supergraphSchema.getSubscriptionType();
  const clientFields = loaded.schema.getSubscriptionType()?.getFields() ?? {};
  const owners = liveSubgraphs(loaded);
  const fields = new Map<string, LiveField>();
  for (const field of Object.values(subscription?.getFields() ?? {})) {
    const definition = clientFields[field.name];
    const subgraph = ownerOf(loaded, field.astNode, owners);
    if (definition === undefined || subgraph === undefined) continue;
    fields.set(field.name, { name: field.name, subgraph, ...readField(loaded, field), definition });
  }
  return fields;
}

/** The name of a topic for one subscriber, ids in it in small letters. Throws INVALID_ARGUMENT where an argument's value cannot stand in a name. */
export function topicName(template: TopicTemplate, args: Record<string, unknown>, viewerId: string): string {
  return template.name.replace(PLACEHOLDER, (_, key: string) => {
    if (key === 'viewer') return viewerId;
    const value = String(args[key]);
    if (!SEGMENT.test(value)) {
      throw new DomainError('INVALID_ARGUMENT', `${key}: not an id. Send one that the graph has given you.`, {
        fields: [{ path: key, message: 'not an id' }],
      });
    }
    return sameId(value);
  });
}

const PLACEHOLDER = /\{(\w+)\}/g;
/** No dot: an id must not reach into another topic's name. No glob characters, either. */
const SEGMENT = /^[\w-]{1,64}$/;

function liveSubgraphs({ supergraph, subgraphs }: LoadedSupergraph): ReadonlyMap<string, string> {
  const graphs = supergraph.subgraphNameToGraphEnumValue();
  return new Map(subgraphs.filter(isLive).map(({ name }) => [graphs.get(name) ?? '', name]));
}

/** The one live subgraph that has the field. A field that says nothing stands in every subgraph with the type. */
function ownerOf(
  { supergraphSchema }: LoadedSupergraph,
  node: FieldDefinitionNode | null | undefined,
  owners: ReadonlyMap<string, string>,
): string | undefined {
  const join = supergraphSchema.getDirective('join__field');
  const graph = join && node ? getDirectiveValues(join, node)?.['graph'] : undefined;
  if (typeof graph === 'string') return owners.get(graph);
  return owners.size === 1 ? [...owners.values()][0] : undefined;
}

function readField({ supergraphSchema }: LoadedSupergraph, field: GraphQLField<unknown, unknown>) {
  const directive = supergraphSchema.getDirective('topic');
  const nodes = field.astNode?.directives?.filter(({ name }) => name.value === 'topic') ?? [];
  const marks = nodes.map((node) => (directive ? getArgumentValues(directive, node) : {}));
  const topics = marks.map(({ name, kinds }: Record<string, unknown>): TopicTemplate => {
    return { name: String(name), kinds: Array.isArray(kinds) ? new Set(kinds.map(String)) : null };
  });
  const eventType = getNamedType(field.type);
  if (topics.length === 0) throw new Error(`Subscription.${field.name} names no @topic`);
  for (const { name } of topics) checkTemplate(field, name);
  if (!isObjectType(eventType)) throw new Error(`Subscription.${field.name} does not answer an object type`);
  checkEventType(eventType);
  return { topics, eventType, ...readPolicy(field, marks) };
}

function readPolicy({ name }: GraphQLField<unknown, unknown>, marks: readonly Record<string, unknown>[]) {
  const fault = (what: string) => new Error(`Subscription.${name}: ${what}`);
  const said = new Set(marks.map(({ whenSlow }) => whenSlow ?? null));
  const [first] = said;
  const isState = marks.length > 1;
  const minIntervalMs = Math.max(...marks.map(({ minIntervalMs: ms }) => Number(ms ?? 0)));
  const conflates = first === 'CONFLATE' || (first === null && (isState || minIntervalMs > 0));
  const whenSlow = conflates ? 'CONFLATE' : (first ?? 'CLOSE');
  if (!isWhenSlow(whenSlow)) throw fault(`whenSlow takes ${WHEN_SLOW.join(', ')}`);
  if (said.size > 1 || (isState && !conflates))
    throw fault('a field of several @topic conflates: leave out whenSlow, or write CONFLATE in each');
  if (minIntervalMs < 0 || (minIntervalMs > 0 && !conflates))
    throw fault('minIntervalMs is for fields that conflate: write whenSlow: CONFLATE beside it');
  return { whenSlow, minIntervalMs };
}

const WHEN_SLOW: readonly WhenSlow[] = ['CLOSE', 'DROP_OLDEST', 'CONFLATE'];

function isWhenSlow(value: unknown): value is WhenSlow {
  return WHEN_SLOW.some((each) => each === value);
}

function checkTemplate(field: GraphQLField<unknown, unknown>, template: string): void {
  for (const [, key] of template.matchAll(PLACEHOLDER)) {
    if (key === 'viewer' || field.args.some(({ name }) => name === key)) continue;
    throw new Error(`Subscription.${field.name}: @topic "${template}" names {${key}}, which is no argument`);
  }
}

/** A stub's __typename must be known without asking anybody, so that subjects cannot be interfaces or unions. */
function checkEventType(type: GraphQLObjectType): void {
  for (const field of Object.values(type.getFields())) {
    const of = getNamedType(field.type);
    if (isObjectType(of) || isScalarType(of) || isEnumType(of)) continue;
    throw new Error(
      `${type.name}.${field.name} is ${of.name}: an event holds scalars, enums and object types only`,
    );
  }
}
