import { type FieldNode, Kind, type ValueNode } from 'graphql';
import { type Amount, sum, type Variables } from './amounts.ts';
import type { CostWeights, InputWeight } from './weights.ts';

/** What the arguments of a field cost: objects one each, or as `@cost` says, with all that they hold. */
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
