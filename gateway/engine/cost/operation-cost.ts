import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Amount, costOfArguments, product, sum, type Variables, when } from './amounts.ts';
import { type CostRules, compileListSize } from './lists.ts';
import type { CostWeights } from './weights.ts';

/**
 * What an operation may cost at most, as its variables say.
 *
 * @throws GraphQLError BAD_USER_INPUT where a page is larger than any may be
 */
export type OperationCost = (variables: Variables) => number;

/** A mutation changes something, whatever it answers. */
const MUTATION_COST = 10;

export interface CostedOperation {
  schema: GraphQLSchema;
  weights: CostWeights;
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

/**
 * Compiles the cost of a valid operation, by the cost directive specification of IBM: a field costs its weight and what
 * is selected below it, as often as its list is long, and its arguments. An upper bound: what is selected twice counts
 * twice.
 */
export function compileCost(
  { schema, weights, document, operation }: CostedOperation,
  rules: CostRules,
): OperationCost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  /** Costs of fragments, each found once for all places where the same lengths are known. */
  const known = new Map<Sizes, Map<string, Amount>>();

  function costOf({ selections }: SelectionSetNode, parent: GraphQLNamedType, sizes: Sizes): Amount {
    return sum(selections.map((selection) => costOfSelection(selection, parent, sizes)));
  }

  function costOfSelection(selection: SelectionNode, parent: GraphQLNamedType, sizes: Sizes): Amount {
    const cost =
      selection.kind === Kind.FIELD
        ? costOfField(selection, parent, sizes)
        : selection.kind === Kind.FRAGMENT_SPREAD
          ? costOfSpread(selection.name.value, sizes)
          : costOf(selection.selectionSet, typeNamed(selection.typeCondition?.name.value) ?? parent, sizes);
    return when(selection.directives ?? [], cost, operation);
  }

  function costOfSpread(name: string, sizes: Sizes): Amount {
    const fragment = fragments.get(name);
    const type = typeNamed(fragment?.typeCondition.name.value);
    if (fragment === undefined || type === undefined) return 0;
    const costs = known.get(sizes) ?? new Map<string, Amount>();
    known.set(sizes, costs);
    const cost = costs.get(name) ?? costOf(fragment.selectionSet, type, sizes);
    costs.set(name, cost);
    return cost;
  }

  function costOfField(node: FieldNode, parent: GraphQLNamedType, sizes: Sizes): Amount {
    const name = node.name.value;
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    if (field === undefined) return 0;
    const list = weights.listOf(parent.name, name);
    const size = list && compileListSize({ list, node, field, operation }, rules);
    const isSizedBelow = list !== undefined && list.sizedFields.length > 0;
    const below: Sizes =
      isSizedBelow && size !== undefined ? new Map(list.sizedFields.map((each) => [each, size])) : NO_SIZES;
    const type = getNamedType(field.type);
    const each = sum([
      weights.ofField(parent.name, name),
      node.selectionSet === undefined ? 0 : costOf(node.selectionSet, type, below),
    ]);
    const times = sizes.get(name) ?? (isSizedBelow ? 1 : (size ?? 1));
    const ofMutation = parent === mutationType ? MUTATION_COST : 0;
    return sum([ofMutation, product(times, each), costOfArguments(node, parent.name, weights)]);
  }

  function typeNamed(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : schema.getType(name);
  }

  const mutationType = schema.getMutationType();
  const root = schema.getRootType(operation.operation);
  const cost = root ? costOf(operation.selectionSet, root, NO_SIZES) : 0;
  return typeof cost === 'number' ? () => cost : cost;
}

/** Lengths that a field around a selection knows, by name of the field whose list it is. */
type Sizes = ReadonlyMap<string, Amount>;
const NO_SIZES: Sizes = new Map();
