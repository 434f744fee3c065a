import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';
import { gatewayError } from '../../request/errors.ts';
import { RefusedError } from '../../request/refused-error.ts';

/**
 * Reads what a client gave for an operation's variables.
 *
 * @throws RefusedError where they are none of its own
 */
export type ReadVariables = (given: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Compiles the reading of an operation's variables. */
export function compileVariables(schema: GraphQLSchema, operation: OperationDefinitionNode): ReadVariables {
  return (given) => {
    const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
    if (coerced !== undefined) return coerced;
    throw new RefusedError(
      (errors ?? []).map(({ message }) => gatewayError('BAD_USER_INPUT', message, { status: 400 })),
    );
  };
}
