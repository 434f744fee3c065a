import { type DirectiveNode, Kind, type OperationDefinitionNode, type ValueNode } from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** A number, or how it follows from the variables. */
export type Amount = number | ((variables: Variables) => number);

/** The sum; a number where all its parts are. */
export function sum(amounts: readonly Amount[]): Amount {
  let fixed = 0;
  const varying: Exclude<Amount, number>[] = [];
  for (const amount of amounts) {
    if (typeof amount === 'number') fixed += amount;
    else varying.push(amount);
  }
  if (varying.length === 0) return fixed;
  return (variables) => {
    let total = fixed;
    for (const amount of varying) total += amount(variables);
    return total;
  };
}

/** The product; a number where both are. */
export function product(left: Amount, right: Amount): Amount {
  if (typeof left === 'number' && typeof right === 'number') return left * right;
  const [a, b] = [asFunction(left), asFunction(right)];
  return (variables) => a(variables) * b(variables);
}

/** The amount of a selection that `@skip` and `@include` may take away. */
export function when(
  directives: readonly DirectiveNode[],
  amount: Amount,
  operation: OperationDefinitionNode,
): Amount {
  let conditional = amount;
  for (const { name, arguments: given = [] } of directives) {
    const isInclude = name.value === 'include';
    const value = given[0]?.value;
    if ((!isInclude && name.value !== 'skip') || value === undefined) continue;
    if (value.kind === Kind.BOOLEAN) {
      if (value.value !== isInclude) return 0;
    } else if (value.kind === Kind.VARIABLE) {
      const read = readVariable(value.name.value, operation);
      const inner = asFunction(conditional);
      conditional = (variables) => (read(variables) === isInclude ? inner(variables) : 0);
    }
  }
  return conditional;
}

/** Reads a variable as the operation will: what was given, else its default. */
export function readVariable(
  name: string,
  { variableDefinitions = [] }: OperationDefinitionNode,
): (variables: Variables) => unknown {
  const definition = variableDefinitions.find(({ variable }) => variable.name.value === name);
  const missing = definition?.defaultValue && constant(definition.defaultValue);
  return (variables) => (variables[name] === undefined ? missing : variables[name]);
}

function constant(node: ValueNode): unknown {
  if (node.kind === Kind.INT) return Number(node.value);
  return node.kind === Kind.BOOLEAN ? node.value : undefined;
}

function asFunction(amount: Amount): Exclude<Amount, number> {
  return typeof amount === 'number' ? () => amount : amount;
}
