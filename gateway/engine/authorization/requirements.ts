import {
  type DirectiveNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { LoadedSupergraph } from '../supergraph/supergraph.ts';

/** One thing that a viewer fulfils or not, whatever is asked for. Equal ones of one supergraph are the same object. */
export type Requirement =
  | { kind: 'authenticated' }
  | {
      kind: 'scopes' | 'policies';
      /** All of one of these. */
      anyOf: readonly (readonly string[])[];
    };

/** Lists what a supergraph requires of those who read it. */
export interface SchemaRequirements {
  /** Whether it requires nothing at all. */
  isOpen: boolean;
  /** Whether it names policies. */
  hasPolicies: boolean;
  /**
   * All that a field of a type requires: its own, its parent's, those of what it answers, those of what its `@requires`
   * reads, and for a field of an interface those of every type that implements it.
   */
  ofField(parent: string, field: string): readonly Requirement[];
}

const SPECIFICATIONS = 'https://specs.apollo.dev/';
const DIRECTIVES = ['authenticated', 'requiresScopes', 'policy'] as const;

/** Reads the requirements of a supergraph, whatever names its directives go by there. */
export function readRequirements({ supergraph, supergraphSchema }: LoadedSupergraph): SchemaRequirements {
  const kinds = new Map<string, (typeof DIRECTIVES)[number]>();
  for (const name of DIRECTIVES) {
    const feature = supergraph.schema.coreFeatures?.getByIdentity(SPECIFICATIONS + name);
    if (feature !== undefined) kinds.set(feature.directiveNameInSchema(name), name);
  }
  const interned = new Map<string, Requirement>();
  const found = new Map<string, ReadonlySet<Requirement>>();

  function ofDirective(directive: DirectiveNode): Requirement[] {
    const kind = kinds.get(directive.name.value);
    if (kind === undefined) return [];
    if (kind === 'authenticated') return [intern({ kind })];
    const [argument] = directive.arguments ?? [];
    const anyOf = argument === undefined ? [] : (valueFromASTUntyped(argument.value) as string[][]);
    return [intern({ kind: kind === 'policy' ? 'policies' : 'scopes', anyOf })];
  }

  function intern(requirement: Requirement): Requirement {
    const key = JSON.stringify(requirement);
    const known = interned.get(key) ?? requirement;
    interned.set(key, known);
    return known;
  }

  function own({
    astNode,
  }: {
    astNode?: { directives?: readonly DirectiveNode[] } | null | undefined;
  }): Requirement[] {
    return (astNode?.directives ?? []).flatMap(ofDirective);
  }

  function ofField(parent: string, name: string): ReadonlySet<Requirement> {
    const key = `${parent}.${name}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const requirements = new Set<Requirement>();
    // The selection that a field requires may in the end read the field itself.
    found.set(key, requirements);
    const type = supergraphSchema.getType(parent);
    const field = hasFields(type) ? type.getFields()[name] : undefined;
    if (!hasFields(type) || field === undefined) return requirements;
    const answered = getNamedType(field.type);
    for (const each of [...own(field), ...own(type), ...own(answered)]) requirements.add(each);
    for (const selections of requiredBy(field)) addRead(selections, type, requirements);
    const implementations = isInterfaceType(type) ? supergraphSchema.getImplementations(type).objects : [];
    for (const object of implementations)
      for (const each of ofField(object.name, name)) requirements.add(each);
    return requirements;
  }

  function addRead(
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType,
    requirements: Set<Requirement>,
  ): void {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        const type = condition === undefined ? parent : supergraphSchema.getType(condition);
        if (type !== undefined) addRead(selection.selectionSet, type, requirements);
      } else if (selection.kind === Kind.FIELD) addReadField(selection, parent, requirements);
    }
  }

  function addReadField(
    { name, selectionSet }: FieldNode,
    parent: GraphQLNamedType,
    requirements: Set<Requirement>,
  ): void {
    for (const each of ofField(parent.name, name.value)) requirements.add(each);
    const field = hasFields(parent) ? parent.getFields()[name.value] : undefined;
    if (selectionSet && field) addRead(selectionSet, getNamedType(field.type), requirements);
  }

  const lists = new Map<string, readonly Requirement[]>();
  return {
    isOpen: kinds.size === 0,
    hasPolicies: [...kinds.values()].includes('policy'),
    ofField(parent, field) {
      const key = `${parent}.${field}`;
      const list = lists.get(key) ?? [...ofField(parent, field)];
      lists.set(key, list);
      return list;
    },
  };
}

function hasFields(type: GraphQLNamedType | undefined): type is GraphQLObjectType | GraphQLInterfaceType {
  return isObjectType(type) || isInterfaceType(type);
}

/** Finds what subgraphs read before they answer a field: the selections of its joins. */
function requiredBy({ astNode }: GraphQLField<unknown, unknown>): SelectionSetNode[] {
  const sets = (astNode?.directives ?? [])
    .filter(({ name }) => name.value === 'join__field')
    .flatMap(({ arguments: given = [] }) => given.filter(({ name }) => name.value === 'requires'));
  return sets.flatMap(({ value }) => (value.kind === Kind.STRING ? selectionsOf(value.value) : []));
}

function selectionsOf(fieldSet: string): SelectionSetNode[] {
  const [definition] = parse(`{ ${fieldSet} }`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? [definition.selectionSet] : [];
}
