import type { ApolloServerPlugin } from '@apollo/server';
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
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { GatewayContext } from '../request/context.ts';
import { gatewayError } from '../request/errors.ts';

export interface ListLimits {
  /** Largest `first` or `last` of a list. */
  pageSize: number;
  /** Most items that all lists of an operation may hold together, lists within lists multiplied. */
  listItems: number;
}

/** An operation whose lists are looked at. */
export interface ListedOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>>;
}

/** Refuses lists that are too long, alone or within one another, before anything is fetched. */
export function useListLimits(limits: ListLimits): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, operation, request }) {
          if (operation === undefined) return;
          checkLists({ schema, document, operation, variables: request.variables ?? {} }, limits);
        },
      };
    },
  };
}

/** Throws BAD_USER_INPUT where the lists of a valid operation are longer than the limits allow. */
export function checkLists(listed: ListedOperation, { pageSize, listItems }: ListLimits): void {
  const { schema, operation } = listed;
  const type = schema.getRootType(operation.operation);
  const items = type ? createCount(listed, pageSize)(operation.selectionSet, type) : 0;
  if (items > listItems) {
    const message = `The lists of this operation may hold ${items} items, at most ${listItems} are allowed: ask for shorter pages, or for lists within lists one by one.`;
    throw gatewayError('BAD_USER_INPUT', message, { status: 400 });
  }
}

/** What a list is taken to hold that is asked for without `first` and `last`. */
const UNSIZED_PAGE = 20;
/** As in the Relay connection specification. */
const PAGE_ARGUMENTS: ReadonlySet<string> = new Set(['first', 'last']);

type Count = (selections: SelectionSetNode, type: GraphQLNamedType) => number;

/** Counts the items below a selection. A fragment is counted once, however often it is spread. */
function createCount({ schema, document, operation, variables }: ListedOperation, pageSize: number): Count {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const counted = new Map<string, number>();

  const count: Count = ({ selections }, type) => {
    let items = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) items += countField(selection, type);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) items += countFragment(selection.name.value);
      else items += count(selection.selectionSet, typeNamed(selection.typeCondition?.name.value) ?? type);
    }
    return items;
  };

  function countFragment(name: string): number {
    const fragment = fragments.get(name);
    const type = typeNamed(fragment?.typeCondition.name.value);
    if (fragment === undefined || type === undefined) return 0;
    const items = counted.get(name) ?? count(fragment.selectionSet, type);
    counted.set(name, items);
    return items;
  }

  function countField(node: FieldNode, parent: GraphQLNamedType): number {
    const field =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (field === undefined) return 0;
    const below = node.selectionSet === undefined ? 0 : count(node.selectionSet, getNamedType(field.type));
    const isPaged = field.args.some(({ name }) => PAGE_ARGUMENTS.has(name));
    return isPaged ? sizeOf(node) * (1 + below) : below;
  }

  function sizeOf({ arguments: given = [] }: FieldNode): number {
    let size: number | undefined;
    for (const { name, value } of given) {
      const asked = PAGE_ARGUMENTS.has(name.value) ? numberOf(value) : undefined;
      if (asked !== undefined && asked > pageSize) throw tooLong(name.value, pageSize);
      size = asked ?? size;
    }
    return Math.max(size ?? UNSIZED_PAGE, 0);
  }

  function numberOf(node: ValueNode): number | undefined {
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind !== Kind.VARIABLE) return undefined;
    const given = variables[node.name.value];
    if (given !== undefined) return typeof given === 'number' ? given : undefined;
    const definition = operation.variableDefinitions?.find(
      ({ variable }) => variable.name.value === node.name.value,
    );
    return definition?.defaultValue && numberOf(definition.defaultValue);
  }

  function typeNamed(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : schema.getType(name);
  }

  return count;
}

function tooLong(argument: string, max: number) {
  const message = `${argument}: at most ${max}. Ask for the next page with a cursor.`;
  return gatewayError('BAD_USER_INPUT', message, {
    status: 400,
    extensions: { fields: [{ path: argument, message: `at most ${max}` }] },
  });
}
