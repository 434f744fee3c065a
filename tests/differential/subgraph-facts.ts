import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  type TypeNode,
  visit,
} from 'graphql';
import type { SubgraphSource } from './composed.ts';

/** What the subgraphs' schemas say of who answers what. */
export interface SubgraphFacts {
  /** Names of fields that a @key holds. */
  keyFields: ReadonlySet<string>;
  /** Names of fields that a @requires reads. */
  requiredFields: ReadonlySet<string>;
  /** Names of fields that a @requires reads with arguments. */
  requiredWithArguments: ReadonlySet<string>;
  /** Names of fields that have a @requires. */
  hasRequires: ReadonlySet<string>;
  /** Names of fields that an @interfaceObject adds. */
  interfaceObjectFields: ReadonlySet<string>;
  /** Types that a subgraph knows as an @interfaceObject. */
  interfaceObjects: ReadonlySet<string>;
  /** Types that have a key in a subgraph. */
  keyedTypes(subgraph: string): string[];
  /** Selections of a type's keys in a subgraph. */
  keysOf(subgraph: string, type: string): readonly SelectionSetNode[];
  /** Whether the field is declared @external there. */
  isExternal(subgraph: string, type: string, field: string): boolean;
  /** Whether @override has taken the field from the subgraph. */
  isOverridden(subgraph: string, type: string, field: string): boolean;
  /** Names of fields that @provides adds below a field. */
  providedBy(subgraph: string, type: string, field: string): ReadonlySet<string>;
  /** Subgraphs that alone answer what they have of an entity, with those fields: there it can be missing by itself. */
  soleSubgraphs(type: string): { subgraph: string; fields: readonly string[] }[];
}

interface Declared {
  subgraph: string;
  type: string;
  field: FieldDefinitionNode;
}

/** Reads the directives of all subgraphs. */
export function readFacts(subgraphs: readonly SubgraphSource[]): SubgraphFacts {
  const types = subgraphs.flatMap(({ name, typeDefs }) =>
    typeDefs.definitions.filter(isFieldedType).map((node) => ({ subgraph: name, node })),
  );
  const fields: Declared[] = types.flatMap(({ subgraph, node }) =>
    (node.fields ?? []).map((field) => ({ subgraph, type: node.name.value, field })),
  );
  const keys = types.flatMap(({ subgraph, node }) =>
    directives(node, 'key').map((key) => ({
      subgraph,
      type: node.name.value,
      selection: selectionOf(key),
      isResolvable: argument(key, 'resolvable') !== false,
      isInterfaceObject: directives(node, 'interfaceObject').length > 0,
    })),
  );
  const keyFields = new Set(keys.flatMap(({ selection }) => fieldNames(selection)));
  const namesIn = (directive: string) =>
    new Set(
      fields.flatMap(({ field }) =>
        directives(field, directive).flatMap((node) => fieldNames(selectionOf(node))),
      ),
    );
  const requires = fields.flatMap(({ field }) =>
    directives(field, 'requires').map((node) => ({ field, node })),
  );
  const requiredFields = namesIn('requires');
  const providedFields = namesIn('provides');
  const overridden = new Set(
    fields.flatMap(({ type, field }) =>
      directives(field, 'override')
        // Which side answers under a label depends on the gateway: the one at hand may not know labels.
        .filter((node) => argument(node, 'label') === undefined)
        .map((node) => `${argument(node, 'from')}:${type}.${field.name.value}`),
    ),
  );
  const find = (subgraph: string, type: string, name: string) =>
    fields.filter(
      (each) => each.subgraph === subgraph && each.type === type && each.field.name.value === name,
    );

  /** Whether a subgraph gives more of an entity in a type's key: a plan may ask for it by way of the type, or of the entity itself. */
  function leadsOn(subgraph: string, type: string, { selections }: SelectionSetNode): boolean {
    return selections.some((node) => {
      if (node.kind !== Kind.FIELD || node.selectionSet === undefined) return false;
      const inner = find(subgraph, type, node.name.value).map(({ field }) => namedType(field.type));
      return fields.some(
        (each) =>
          each.subgraph === subgraph &&
          inner.includes(each.type) &&
          !keyFields.has(each.field.name.value) &&
          directives(each.field, 'external').length === 0,
      );
    });
  }

  return {
    keyFields,
    requiredFields,
    requiredWithArguments: new Set(
      requires.flatMap(({ node }) =>
        fieldNames(selectionOf(node), ({ arguments: given = [] }) => given.length > 0),
      ),
    ),
    hasRequires: new Set(requires.map(({ field }) => field.name.value)),
    interfaceObjects: new Set(keys.filter((key) => key.isInterfaceObject).map(({ type }) => type)),
    interfaceObjectFields: new Set(
      types
        .filter(({ node }) => directives(node, 'interfaceObject').length > 0)
        .flatMap(({ node }) => (node.fields ?? []).map(({ name }) => name.value))
        .filter((name) => !keyFields.has(name) && !requiredFields.has(name)),
    ),
    keyedTypes: (subgraph) => keys.filter((key) => key.subgraph === subgraph).map(({ type }) => type),
    keysOf: (subgraph, type) =>
      keys.filter((key) => key.subgraph === subgraph && key.type === type).map(({ selection }) => selection),
    isExternal: (...place) => find(...place).some(({ field }) => directives(field, 'external').length > 0),
    isOverridden: (subgraph, type, field) => overridden.has(`${subgraph}:${type}.${field}`),
    providedBy: (...place) =>
      new Set(
        find(...place).flatMap(({ field }) =>
          directives(field, 'provides').flatMap((node) => fieldNames(selectionOf(node))),
        ),
      ),
    soleSubgraphs(type) {
      const ofType = keys.filter((key) => key.type === type);
      const typeKeys = new Set(ofType.flatMap(({ selection }) => fieldNames(selection)));
      // Where one key leads to another, a subgraph that does not know the entity takes the others' answers along.
      if (new Set(ofType.map(({ selection }) => print(selection))).size > 1) return [];
      return ofType
        .filter((key) => key.isResolvable && !key.isInterfaceObject)
        .filter(({ subgraph, selection }) => !leadsOn(subgraph, type, selection))
        .flatMap(({ subgraph }) => {
          const own = fields
            .filter((each) => each.subgraph === subgraph && each.type === type)
            .filter(({ field }) => directives(field, 'external').length === 0)
            .map(({ field }) => field.name.value)
            .filter((name) => !typeKeys.has(name));
          const isShared = own.some(
            (name) =>
              requiredFields.has(name) ||
              providedFields.has(name) ||
              fields.filter((each) => each.type === type && each.field.name.value === name).length > 1,
          );
          return isShared || own.length === 0 ? [] : [{ subgraph, fields: own }];
        });
    },
  };
}

type FieldedType = Extract<
  TypeDefinitionNode | TypeExtensionNode,
  { fields?: readonly FieldDefinitionNode[] }
>;

function isFieldedType(node: { kind: string }): node is FieldedType {
  return [
    Kind.OBJECT_TYPE_DEFINITION,
    Kind.OBJECT_TYPE_EXTENSION,
    Kind.INTERFACE_TYPE_DEFINITION,
    Kind.INTERFACE_TYPE_EXTENSION,
  ].some((kind) => kind === node.kind);
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function directives(
  { directives: all = [] }: { directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): ConstDirectiveNode[] {
  return all.filter((directive) => directive.name.value === name);
}

function argument({ arguments: all = [] }: ConstDirectiveNode, name: string): string | boolean | undefined {
  const value = all.find((each) => each.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.BOOLEAN ? value.value : undefined;
}

function selectionOf(directive: ConstDirectiveNode): SelectionSetNode {
  const [operation] = parse(`{ ${argument(directive, 'fields')} }`).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a selection has no fields');
  return operation.selectionSet;
}

function fieldNames(
  selection: SelectionSetNode,
  isWanted: (field: FieldNode) => boolean = () => true,
): string[] {
  const names: string[] = [];
  visit(selection, { Field: (field) => void (isWanted(field) && names.push(field.name.value)) });
  return names;
}
