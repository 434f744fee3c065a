import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { gatewayError } from '../../request/errors.ts';
import { fragmentsOf, operationOf } from '../document/fragments.ts';
import type { LoadedSupergraph } from '../supergraph/supergraph.ts';

/**
 * Fields that a subgraph gives to all types of an interface without knowing them (`@interfaceObject`). In fragments on one
 * of the types, planners ask for too little, or for nothing: there they are lifted out to the interface. What is asked too
 * much is not written.
 */
export interface InterfaceObjects {
  /** Whether a document holds such a field. */
  isAskedIn(document: DocumentNode): boolean;
  /** Whether one stands in a fragment on a type of the interface: there planners ask for too little. */
  isMisplanned(document: DocumentNode): boolean;
  /** Whether a key stands in a fragment under another name: the native planner may forget it for all but one of the types. */
  losesKey(document: DocumentNode): boolean;
  /** The document with those fields asked of the interface; it holds one operation, and no fragments any more. */
  lifted(document: DocumentNode): DocumentNode;
}

/** Reads them from a supergraph; null where it has none. */
export function readInterfaceObjects({ sdl, schema }: LoadedSupergraph): InterfaceObjects | null {
  if (!sdl.includes('isInterfaceObject: true')) return null;
  const { fields, keys } = fieldsByInterface(sdl);
  const names = new Set([...fields.values()].flatMap((each) => [...each]));

  /** Whether a fragment on a type holds such a field. */
  function isInFragment(
    document: DocumentNode,
    isSought: (field: FieldNode, type: string) => boolean,
  ): boolean {
    let isFound = false;
    const look = ({ typeCondition, selectionSet }: InlineFragmentNode | FragmentDefinitionNode): void => {
      if (typeCondition === undefined) return;
      const type = typeCondition.name.value;
      isFound ||= selectionSet.selections.some((each) => each.kind === Kind.FIELD && isSought(each, type));
    };
    visit(document, { InlineFragment: look, FragmentDefinition: look });
    return isFound;
  }

  return {
    isAskedIn(document) {
      let isAsked = false;
      visit(document, {
        Field({ name }) {
          isAsked ||= names.has(name.value);
        },
      });
      return isAsked;
    },
    isMisplanned: (document) =>
      isInFragment(document, ({ name }, type) => !fields.has(type) && names.has(name.value)),
    losesKey: (document) =>
      isInFragment(
        document,
        ({ name, alias }) => keys.has(name.value) && (alias ?? name).value !== name.value,
      ),
    lifted: (document) => lift(document, schema, fields),
  };
}

/** More than any sensible operation selects; fragments that spread each other could ask for millions. */
const MAX_NODES = 20_000;

function lift(
  document: DocumentNode,
  schema: GraphQLSchema,
  fields: ReadonlyMap<string, ReadonlySet<string>>,
): DocumentNode {
  const operation = operationOf(document);
  const fragments = fragmentsOf(document);
  let nodes = 0;

  function interfaceOf(type: GraphQLCompositeType, field: string): string | undefined {
    if (isInterfaceType(type) && fields.get(type.name)?.has(field)) return type.name;
    if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
    return type.getInterfaces().find(({ name }) => fields.get(name)?.has(field))?.name;
  }

  function selectionsOf({ selections }: SelectionSetNode, type: GraphQLCompositeType): SelectionSetNode {
    const lifted = new Map<string, FieldNode[]>();
    const own = selections.flatMap((each) => collected(each, type, { isNarrowed: false, lifted }));
    for (const [name, several] of lifted) {
      if (name === type.name || isObjectType(type)) own.push(...several);
      else own.push(fragmentOn(name, several));
    }
    if (own.length === 0 || isAbstractType(type)) own.push(TYPENAME);
    return { kind: Kind.SELECTION_SET, selections: own };
  }

  function collected(node: SelectionNode, type: GraphQLCompositeType, around: Around): SelectionNode[] {
    nodes += 1;
    if (nodes > MAX_NODES) throw tooMany();
    const { isNarrowed, lifted } = around;
    if (node.kind === Kind.FIELD) {
      const name = node.name.value;
      // The type's name is asked for beside the fragments: planners lose it where a fragment stands for one type.
      if (name === '__typename') return isNarrowed ? [] : [node];
      const field = withinField(node, type);
      const home = isNarrowed ? interfaceOf(type, name) : undefined;
      if (home === undefined) return [field];
      lifted.set(home, [...(lifted.get(home) ?? []), field]);
      return [];
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    if (fragment === undefined) return [];
    const name = fragment.typeCondition?.name.value ?? type.name;
    const inner = compositeType(name);
    const within = inner === type ? around : { isNarrowed: true, lifted };
    const selections = fragment.selectionSet.selections.flatMap((each) => collected(each, inner, within));
    if (selections.length === 0) return [];
    return inner === type ? selections : [fragmentOn(name, selections)];
  }

  function withinField(node: FieldNode, type: GraphQLCompositeType): FieldNode {
    if (node.selectionSet === undefined) return node;
    const definition =
      isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    if (definition === undefined) return node;
    return {
      ...node,
      selectionSet: selectionsOf(node.selectionSet, compositeType(getNamedType(definition.type).name)),
    };
  }

  function compositeType(name: string): GraphQLCompositeType {
    const type = schema.getType(name);
    if (!isCompositeType(type)) throw new Error(`${name} has no fields`);
    return type;
  }

  const root = compositeType(schema.getRootType(operation.operation)?.name ?? '');
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, selectionSet: selectionsOf(operation.selectionSet, root) }],
  };
}

/** Where selections stand: whether a fragment is around them, within their field, and what is lifted out of it, by interface. */
interface Around {
  isNarrowed: boolean;
  lifted: Map<string, FieldNode[]>;
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function fragmentOn(type: string, selections: readonly SelectionNode[]): SelectionNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}

function tooMany() {
  return gatewayError('BAD_REQUEST', 'This operation selects too many fields at once: ask for less.', {
    status: 400,
  });
}

/** Finds what such subgraphs give of each interface, and the names of all fields that their keys begin with. */
function fieldsByInterface(sdl: string) {
  const byInterface = new Map<string, ReadonlySet<string>>();
  const keys = new Set<string>();
  for (const node of parse(sdl, { noLocation: true }).definitions) {
    if (node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const joins = argumentsOf(node.directives, 'join__type').filter(
      (each) => each['isInterfaceObject'] === true,
    );
    const graphs = new Set(joins.map((each) => each['graph']));
    for (const { key } of joins) {
      const [selected] = parse(`{ ${key ?? '__typename'} }`, { noLocation: true }).definitions;
      if (selected?.kind !== Kind.OPERATION_DEFINITION) continue;
      for (const each of selected.selectionSet.selections)
        if (each.kind === Kind.FIELD) keys.add(each.name.value);
    }
    const fields = (node.fields ?? []).filter(({ directives }) =>
      argumentsOf(directives, 'join__field').some(
        (each) => graphs.has(each['graph']) && each['external'] !== true,
      ),
    );
    if (graphs.size > 0) byInterface.set(node.name.value, new Set(fields.map(({ name }) => name.value)));
  }
  return { fields: byInterface, keys };
}

function argumentsOf(directives: readonly ConstDirectiveNode[] | undefined, name: string) {
  return (directives ?? [])
    .filter((each) => each.name.value === name)
    .map(({ arguments: given = [] }) =>
      Object.fromEntries(
        given.map(({ name: { value: key }, value }) => [key, 'value' in value ? value.value : null]),
      ),
    );
}
