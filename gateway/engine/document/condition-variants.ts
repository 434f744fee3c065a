import {
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';

/** Values of the variables that `@skip` and `@include` ask. */
export type ConditionValues = Readonly<Record<string, boolean>>;

/** Makes something of an operation once for each set of values, when one is first asked for. */
export interface ConditionVariants<Made> {
  for(variables: Readonly<Record<string, unknown>>): Promise<Made>;
  /** The values that it was made for. */
  used(): ConditionValues[];
}

/** An operation with more variants than clients use in earnest is planned anew for what it asks for least. */
export const MAX_PLAN_VARIANTS = 16;

/** Makes it of the document without conditions. */
export function createConditionVariants<Made>(
  document: DocumentNode,
  make: (decided: DocumentNode) => Promise<Made>,
): ConditionVariants<Made> {
  const names = conditionVariables(document);
  const kept = new LRUCache<string, { made: Promise<Made>; conditionValues: ConditionValues }>({
    max: MAX_PLAN_VARIANTS,
  });
  return {
    for(variables) {
      let key = '';
      for (const name of names) key += variables[name] === true ? '1' : '0';
      const known = kept.get(key);
      if (known !== undefined) return known.made;
      const made = make(withoutConditions(document, (name) => variables[name] === true));
      const conditionValues = Object.fromEntries(names.map((name) => [name, variables[name] === true]));
      kept.set(key, { made, conditionValues });
      made.catch(() => kept.delete(key));
      return made;
    },
    used: () => [...kept.values()].map(({ conditionValues }) => conditionValues),
  };
}

/** Variables that `@skip` and `@include` ask, in one order. */
export function conditionVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      const value = conditionOf(node);
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].sort();
}

/** The document without what `@skip` and `@include` leave out, and without those directives. */
export function withoutConditions(
  document: DocumentNode,
  isTrue: (variable: string) => boolean,
): DocumentNode {
  const holds = (node: DirectiveNode) => {
    const value = conditionOf(node);
    if (value === undefined) return true;
    const isGiven = value.kind === Kind.VARIABLE ? isTrue(value.name.value) : value.value;
    return isGiven === (node.name.value === 'include');
  };

  function decide<Selection extends SelectionNode>(node: Selection): Selection | null | undefined {
    const { directives = [] } = node;
    if (!directives.every(holds)) return null;
    const others = directives.filter((each) => conditionOf(each) === undefined);
    return others.length === directives.length ? undefined : { ...node, directives: others };
  }

  return visit(document, {
    Field: { enter: decide, leave: filled },
    FragmentSpread: { enter: decide },
    InlineFragment: {
      enter: decide,
      leave: ({ selectionSet }) => (selectionSet.selections.length === 0 ? null : undefined),
    },
    FragmentDefinition: { leave: filled },
    OperationDefinition: { leave: filled },
  });
}

/** An object of which nothing is left is still asked for: it may be null, or not be at all. */
function filled<Parent extends { selectionSet?: SelectionSetNode | undefined }>(
  node: Parent,
): Parent | undefined {
  if (node.selectionSet?.selections.length !== 0) return undefined;
  const typename: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
  return { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: [typename] } };
}

function conditionOf({ name, arguments: given = [] }: DirectiveNode) {
  if (name.value !== 'skip' && name.value !== 'include') return undefined;
  const value = given[0]?.value;
  return value?.kind === Kind.VARIABLE || value?.kind === Kind.BOOLEAN ? value : undefined;
}
