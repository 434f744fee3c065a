import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, Kind, type ValueNode, visit } from 'graphql';
import type { GatewayContext } from '../context.ts';
import { gatewayError } from '../errors.ts';

/** Refuses lists longer than `max`, whether their `first` or `last` stands in the document or in the variables. */
export function usePageSizeLimit(max: number): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, request }) {
          checkPageSizes(document, request.variables ?? {}, max);
        },
      };
    },
  };
}

/** Throws BAD_USER_INPUT where a list of the document is longer than `max`. */
export function checkPageSizes(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  max: number,
): void {
  const defaults = new Map<string, ValueNode>();
  visit(document, {
    VariableDefinition({ variable, defaultValue }) {
      if (defaultValue !== undefined) defaults.set(variable.name.value, defaultValue);
    },
  });
  const sizeOf = (node: ValueNode): unknown => {
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind !== Kind.VARIABLE) return undefined;
    const given = variables[node.name.value];
    const fallback = defaults.get(node.name.value);
    return given === undefined && fallback !== undefined ? sizeOf(fallback) : given;
  };
  visit(document, {
    Field({ arguments: given = [] }) {
      for (const { name, value } of given) {
        const size = PAGE_ARGUMENTS.has(name.value) ? sizeOf(value) : undefined;
        if (typeof size === 'number' && size > max) throw tooLong(name.value, max);
      }
    },
  });
}

/** As in the Relay connection specification. */
const PAGE_ARGUMENTS: ReadonlySet<string> = new Set(['first', 'last']);

function tooLong(argument: string, max: number) {
  const message = `${argument}: at most ${max}. Ask for the next page with a cursor.`;
  return gatewayError('BAD_USER_INPUT', message, {
    status: 400,
    extensions: { fields: [{ path: argument, message: `at most ${max}` }] },
  });
}
