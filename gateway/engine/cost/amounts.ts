import {
  type DirectiveNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';
import type { CostWeights, InputWeight } from './weights.ts';

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

/** Adds up what the arguments of a field cost: objects one each, or as `@cost` says, with all that they hold. */
export function costOfArguments(node: FieldNode, parent: string, weights: CostWeights): Amount {
  const given = node.arguments ?? [];
  return sum(
    given.map(({ name, value }) => {
      const weight = weights.ofArgument(parent, node.name.value, name.value);
      return weight === undefined || isFree(weight) ? 0 : ofNode(value, weight);
    }),
  );
}

function ofNode(node: ValueNode, { weight, fields }: InputWeight): Amount {
  if (node.kind === Kind.VARIABLE) {
    const name = node.name.value;
    return (variables: Variables) => ofValue(variables[name], { weight, fields });
  }
  if (node.kind === Kind.NULL) return 0;
  if (node.kind === Kind.LIST) return sum(node.values.map((each) => ofNode(each, { weight, fields })));
  if (node.kind !== Kind.OBJECT) return weight;
  const inner = fields();
  const parts = node.fields.map(({ name, value }) => {
    const part = inner.get(name.value);
    return part === undefined ? 0 : ofNode(value, part);
  });
  return sum([weight, ...parts]);
}

/** Bounded by the request's body, as the value itself is. */
function ofValue(value: unknown, { weight, fields }: InputWeight): number {
  if (value === undefined || value === null) return 0;
  if (Array.isArray(value))
    return value.reduce<number>((total, each) => total + ofValue(each, { weight, fields }), 0);
  if (typeof value !== 'object') return weight;
  let total = weight;
  for (const [name, part] of fields())
    if (Object.hasOwn(value, name)) total += ofValue((value as Record<string, unknown>)[name], part);
  return total;
}

/** Values of scalars and enums cost nothing by themselves, and most arguments are such. */
function isFree({ weight, fields }: InputWeight): boolean {
  return weight === 0 && fields().size === 0;
}
