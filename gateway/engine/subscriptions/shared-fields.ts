import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { PlanNode } from '../planning/query-plan.ts';
import { isLive, type LoadedSupergraph } from '../supergraph/supergraph.ts';

/**
 * Tells which plans look the same to all who listen: those whose every fetch, with what keys and @requires add to it,
 * reads fields that are marked `@shared`.
 */
export interface SharedFields {
  /** The scopes that a subscriber must have to get the shared answer; null where the plan reads anything else. */
  scopesOf(rest: PlanNode | null): readonly string[] | null;
}

/** Reads the marks of a supergraph. */
export function readSharedFields(loaded: LoadedSupergraph): SharedFields {
  const { supergraphSchema: schema } = loaded;
  const marks = readMarks(schema);
  for (const field of fieldsOfStubs(loaded)) if (!marks.has(field)) marks.set(field, []);

  function collect({ selections }: SelectionSetNode, type: GraphQLNamedType, scopes: Set<string>): boolean {
    return selections.every((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const of = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : type;
        return of !== undefined && of !== null && collect(selection.selectionSet, of, scopes);
      }
      const { name, selectionSet } = selection;
      if (name.value === '__typename') return true;
      const needed = marks.get(`${type.name}.${name.value}`);
      if (needed === undefined) return false;
      for (const scope of needed) scopes.add(scope);
      if (selectionSet === undefined) return true;
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value] : undefined;
      return field !== undefined && collect(selectionSet, getNamedType(field.type), scopes);
    });
  }

  function isFetchShared(operation: string, scopes: Set<string>): boolean {
    return parse(operation, { noLocation: true }).definitions.every((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return false;
      return definition.selectionSet.selections.every((selection) => {
        // A root field may answer anything to anybody.
        const isEntities = selection.kind === Kind.FIELD && selection.name.value === '_entities';
        if (!isEntities || selection.selectionSet === undefined) return false;
        return selection.selectionSet.selections.every((entity) => {
          if (entity.kind === Kind.FIELD) return entity.name.value === '__typename';
          if (entity.kind === Kind.FRAGMENT_SPREAD || entity.typeCondition === undefined) return false;
          const type = schema.getType(entity.typeCondition.name.value);
          return type !== undefined && collect(entity.selectionSet, type, scopes);
        });
      });
    });
  }

  function isShared(node: PlanNode | null, scopes: Set<string>): boolean {
    switch (node?.kind) {
      case undefined:
        return true;
      case 'sequence':
      case 'parallel':
        return node.nodes.every((each) => isShared(each, scopes));
      case 'condition':
        return isShared(node.whenTrue, scopes) && isShared(node.whenFalse, scopes);
      case 'entity-fetch':
        return isFetchShared(node.operation, scopes);
      default:
        return false;
    }
  }

  return {
    scopesOf(rest) {
      const scopes = new Set<string>();
      return isShared(rest, scopes) ? [...scopes].sort() : null;
    },
  };
}

/** Scopes by "Type.field". An interface's field is shared where it is marked on the interface itself. */
function readMarks(schema: GraphQLSchema): Map<string, readonly string[]> {
  const directive = schema.getDirective('shared');
  const marks = new Map<string, readonly string[]>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (directive === undefined || directive === null || !(isObjectType(type) || isInterfaceType(type)))
      continue;
    for (const field of Object.values(type.getFields())) {
      const node = field.astNode?.directives?.find(({ name }) => name.value === 'shared');
      if (node === undefined) continue;
      const { scopes } = getArgumentValues(directive, node);
      marks.set(`${type.name}.${field.name}`, Array.isArray(scopes) ? scopes.map(String) : []);
    }
  }
  return marks;
}

/** An event holds what the live subgraphs themselves know of an entity: it is the same to all. */
function fieldsOfStubs({ supergraph, subgraphs }: LoadedSupergraph): string[] {
  const extracted = supergraph.subgraphs();
  return subgraphs
    .filter(isLive)
    .flatMap(({ name }) =>
      (extracted.get(name)?.schema.objectTypes() ?? []).flatMap((type) =>
        type.isRootType() ? [] : type.fields().map((field) => `${type.name}.${field.name}`),
      ),
    );
}
