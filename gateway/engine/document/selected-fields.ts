import { type DirectiveNode, type FieldNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import { gatewayError } from '../../request/errors.ts';
import type { Fragments } from './fragments.ts';

/** A field is there where the variable has this value. */
export interface Condition {
  variable: string;
  is: boolean;
}

/** A selection set that counts where all conditions hold. */
export interface ConditionalSelections {
  selectionSet: SelectionSetNode;
  conditions: readonly Condition[];
}

/** Holds what an operation selects under one response name: it is there where one of its nodes is. */
export interface SelectedField {
  responseName: string;
  /** All nodes of a response name ask for the same field: validation saw to that. */
  name: string;
  nodes: { node: FieldNode; conditions: readonly Condition[] }[];
}

/** More than any sensible operation selects; fragments that spread each other under conditions could ask for millions. */
const MAX_NODES = 20_000;

/**
 * The fields that selection sets select of a type, in their order: CollectFields of the GraphQL specification, with
 * conditions that depend on variables left standing.
 *
 * @param applies whether a type condition holds of objects of the type
 */
export function selectedFields(
  sets: readonly ConditionalSelections[],
  fragments: Fragments,
  applies: (condition: string) => boolean,
): SelectedField[] {
  const fields = new Map<string, SelectedField>();
  const spread = new Set<string>();
  let nodes = 0;

  function add(selection: SelectionNode, outer: readonly Condition[]): void {
    const conditions = conditionsOf(selection.directives ?? [], outer);
    if (conditions === null) return;
    nodes += 1;
    if (nodes > MAX_NODES)
      throw gatewayError('BAD_REQUEST', 'This operation selects too many fields at once: ask for less.', {
        status: 400,
      });
    if (selection.kind === Kind.FIELD) {
      const responseName = (selection.alias ?? selection.name).value;
      const field = fields.get(responseName);
      if (field === undefined) {
        const name = selection.name.value;
        fields.set(responseName, { responseName, name, nodes: [{ node: selection, conditions }] });
      } else field.nodes.push({ node: selection, conditions });
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const { typeCondition, selectionSet } = selection;
      if (typeCondition === undefined || applies(typeCondition.name.value)) addAll(selectionSet, conditions);
    } else {
      const fragment = fragments.get(selection.name.value);
      const key = `${selection.name.value} ${keyOf(conditions)}`;
      if (fragment === undefined || spread.has(key)) return;
      spread.add(key);
      if (applies(fragment.typeCondition.name.value)) addAll(fragment.selectionSet, conditions);
    }
  }

  function addAll({ selections }: SelectionSetNode, conditions: readonly Condition[]): void {
    for (const selection of selections) add(selection, conditions);
  }

  for (const { selectionSet, conditions } of sets) addAll(selectionSet, conditions);
  return [...fields.values()];
}

function keyOf(conditions: readonly Condition[]): string {
  return conditions
    .map(({ variable, is }) => `${is ? '' : '!'}${variable}`)
    .sort()
    .join(' ');
}

/** Conditions with those of a selection's own; null where it is never there. */
export function conditionsOf(
  directives: readonly DirectiveNode[],
  outer: readonly Condition[],
): readonly Condition[] | null {
  let conditions = outer;
  for (const { name, arguments: given = [] } of directives) {
    const isInclude = name.value === 'include';
    const value = isInclude || name.value === 'skip' ? given[0]?.value : undefined;
    if (value?.kind === Kind.BOOLEAN && value.value !== isInclude) return null;
    if (value?.kind !== Kind.VARIABLE) continue;
    const variable = value.name.value;
    const known = conditions.find((each) => each.variable === variable);
    if (known === undefined) conditions = [...conditions, { variable, is: isInclude }];
    else if (known.is !== isInclude) return null;
  }
  return conditions;
}

/** Whether all conditions hold. */
export function conditionsHold(
  conditions: readonly Condition[],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return conditions.every(({ variable, is }) => (variables[variable] === true) === is);
}
