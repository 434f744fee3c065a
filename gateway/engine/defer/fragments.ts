import {
  type DirectiveNode,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { gatewayError } from '../../request/errors.ts';
import { isNeverDeferred } from '../document/defer-rules.ts';
import type { Fragments } from '../document/fragments.ts';
import { type Condition, conditionsOf } from '../document/selected-fields.ts';
import type { DataNames } from '../planning/data-names.ts';

/** A deferred fragment at its one place in an operation. */
export interface DeferredFragment {
  /** Names it in the plan. */
  key: string;
  /** The client's. */
  label: string | undefined;
  type: GraphQLCompositeType;
  /** Without what is deferred again. */
  selectionSet: SelectionSetNode;
  /** From the part that it stands in. */
  steps: readonly PlaceStep[];
  /** It is there where all of them hold. */
  conditions: readonly Condition[];
  inner: readonly DeferredFragment[];
}

/** A field, or a type that the object must have; `of` is the type that the schema knows it has. */
export type PlaceStep = { field: string; dataName: string } | { type: string; of: string };

/** An operation in parts. */
export interface DeferringOperation {
  /** For the planner: every deferred fragment has its key as its label. */
  planned: SelectionSetNode;
  /** The selections that are not deferred. */
  selectionSet: SelectionSetNode;
  deferred: readonly DeferredFragment[];
}

/** Each deferred fragment is planned on its own, and on the main thread. */
const MAX_DEFERRED = 16;

/** A document, or a part of it, as it is for who takes one answer. */
export function withoutDefer<Node extends DocumentNode | SelectionNode>(node: Node): Node {
  return visit(node, { Directive: ({ name }) => (name.value === 'defer' ? null : undefined) });
}

/** Names of the variables that say whether a fragment is deferred. */
export function deferVariables(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    Directive(directive) {
      const value = directive.name.value === 'defer' ? argumentOf(directive, 'if') : undefined;
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return names;
}

/**
 * Writes out the fragments that defer, so that each `@defer` stands at one place.
 *
 * @throws GraphQLError where there are too many of them
 */
export function writeOutDeferring(
  operation: OperationDefinitionNode,
  fragments: Fragments,
): SelectionSetNode {
  const deferring = fragmentsThatDefer(fragments);
  let deferred = 0;

  function writeOut({ selections, ...set }: SelectionSetNode): SelectionSetNode {
    return { ...set, selections: selections.map(writeOutSelection) };
  }

  function writeOutSelection(selection: SelectionNode): SelectionNode {
    if (selection.kind !== Kind.FIELD && selection.directives?.some(({ name }) => name.value === 'defer'))
      deferred += 1;
    if (deferred > MAX_DEFERRED) throw tooMany();
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(selection.name.value);
      const defers = selection.directives?.some(({ name }) => name.value === 'defer');
      if (fragment === undefined || !(defers || deferring.has(fragment.name.value))) return selection;
      const { typeCondition, selectionSet } = fragment;
      const { directives = [] } = selection;
      return { kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet: writeOut(selectionSet) };
    }
    return selection.selectionSet
      ? { ...selection, selectionSet: writeOut(selection.selectionSet) }
      : selection;
  }

  return writeOut(operation.selectionSet);
}

interface TakingApart {
  schema: GraphQLSchema;
  names: DataNames;
  /** Whether what defers by this variable is deferred. */
  isDeferred(variable: string): boolean;
}

/** Takes an operation apart in which the fragments that defer are written out. */
export function takeApart(
  root: GraphQLCompositeType,
  selectionSet: SelectionSetNode,
  { schema, names, isDeferred }: TakingApart,
): DeferringOperation {
  let keys = 0;
  const deferred: DeferredFragment[] = [];
  const { now, planned } = split(selectionSet, { type: root, steps: [], conditions: [], found: deferred });
  return { planned, selectionSet: now, deferred };

  function split({ selections, ...set }: SelectionSetNode, place: Place) {
    const now: SelectionNode[] = [];
    const planned: SelectionNode[] = [];
    for (const selection of selections) {
      const conditions = conditionsOf(selection.directives ?? [], place.conditions);
      const inside = conditions && innerPlace(selection, { ...place, conditions });
      if (!inside || selection.kind === Kind.FRAGMENT_SPREAD || selection.selectionSet === undefined) {
        // Never there, of the schema's own, a leaf, or a fragment that does not defer.
        const plain = withoutDefer(selection);
        now.push(plain);
        planned.push(plain);
        continue;
      }
      const directive = selection.directives?.find(({ name }) => name.value === 'defer');
      const directives = (selection.directives ?? []).filter((each) => each !== directive);
      if (selection.kind === Kind.INLINE_FRAGMENT && directive && isActive(directive)) {
        planned.push(defer(selection, directive, { directives, inside, found: place.found }));
        continue;
      }
      const parts = split(selection.selectionSet, inside);
      now.push({ ...selection, directives, selectionSet: parts.now });
      planned.push({ ...selection, directives, selectionSet: parts.planned });
    }
    return { now: { ...set, selections: now }, planned: { ...set, selections: planned } };
  }

  function defer(
    fragment: InlineFragmentNode,
    directive: DirectiveNode,
    { directives, inside, found }: { directives: DirectiveNode[]; inside: Place; found: DeferredFragment[] },
  ): InlineFragmentNode {
    keys += 1;
    const key = `part${keys}`;
    const { type, steps, conditions } = inside;
    const inner: DeferredFragment[] = [];
    const parts = split(fragment.selectionSet, { type, steps: [], conditions: [], found: inner });
    const label = argumentOf(directive, 'label');
    found.push({
      key,
      label: label?.kind === Kind.STRING ? label.value : undefined,
      type,
      selectionSet: parts.now,
      steps,
      conditions,
      inner,
    });
    return { ...fragment, directives: [...directives, labelled(key)], selectionSet: parts.planned };
  }

  function innerPlace(selection: SelectionNode, place: Place): Place | undefined {
    const { type, steps } = place;
    if (selection.kind === Kind.FIELD) {
      const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
      const inner = fields[selection.name.value]?.type;
      const named = inner && getNamedType(inner);
      const field = (selection.alias ?? selection.name).value;
      const step = { field, dataName: names.of(selection) };
      return isCompositeType(named) ? { ...place, type: named, steps: [...steps, step] } : undefined;
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD || selection.typeCondition === undefined) return place;
    const condition = schema.getType(selection.typeCondition.name.value);
    if (!isCompositeType(condition)) return undefined;
    const step = { type: condition.name, of: type.name };
    return { ...place, type: condition, steps: [...steps, step] };
  }

  function isActive(directive: DirectiveNode): boolean {
    const value = argumentOf(directive, 'if');
    return value?.kind === Kind.VARIABLE ? isDeferred(value.name.value) : !isNeverDeferred(directive);
  }
}

interface Place {
  type: GraphQLCompositeType;
  steps: readonly PlaceStep[];
  conditions: readonly Condition[];
  /** Takes the fragments that are deferred here. */
  found: DeferredFragment[];
}

function fragmentsThatDefer(fragments: Fragments): ReadonlySet<string> {
  const spreads = new Map<string, string[]>();
  const deferring = new Set<string>();
  for (const [name, fragment] of fragments) {
    const inner: string[] = [];
    visit(fragment, {
      Directive: (directive) => {
        if (directive.name.value === 'defer') deferring.add(name);
      },
      FragmentSpread: (spread) => {
        inner.push(spread.name.value);
      },
    });
    spreads.set(name, inner);
  }
  // Whoever spreads one that defers, defers.
  for (let size = -1; size !== deferring.size; ) {
    size = deferring.size;
    for (const [name, inner] of spreads) if (inner.some((each) => deferring.has(each))) deferring.add(name);
  }
  return deferring;
}

function argumentOf({ arguments: given = [] }: DirectiveNode, name: string) {
  return given.find((each) => each.name.value === name)?.value;
}

function labelled(key: string): DirectiveNode {
  const value = { kind: Kind.STRING, value: key } as const;
  const label = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'label' }, value } as const;
  return { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'defer' }, arguments: [label] };
}

function tooMany() {
  const message = `This operation defers more than ${MAX_DEFERRED} fragments: defer less, or larger ones.`;
  return gatewayError('BAD_REQUEST', message, { status: 400 });
}
