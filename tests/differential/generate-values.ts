import {
  type GraphQLArgument,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
} from 'graphql';
import type { Random } from '../crash/random.ts';

/** Variables of an operation in the making. */
export interface Variables {
  /** An argument with a value, written out or as a variable; undefined where it is left out. */
  argument(argument: GraphQLArgument): string | undefined;
  /** A boolean for @skip and @include. */
  condition(): string;
  /** The declarations, in brackets; empty where there are none. */
  declarations(): string;
  values: Record<string, unknown>;
}

/** An enum's value, which is written without quotes. */
class EnumName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  toJSON(): string {
    return this.name;
  }
}

/** Makes the variables of one operation. */
export function createVariables(random: Random, ids: readonly string[]): Variables {
  const declared: string[] = [];
  const values: Record<string, unknown> = {};

  function declare(type: string, value: unknown, canHaveDefault: boolean): string {
    const name = `v${declared.length}`;
    const asDefault = canHaveDefault && value !== null && random.below(4) === 0;
    declared.push(`$${name}: ${type}${asDefault ? ` = ${literalOf(value)}` : ''}`);
    if (!asDefault) values[name] = JSON.parse(JSON.stringify(value));
    return `$${name}`;
  }

  function drawValue(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return drawPresent(type.ofType);
    return random.below(8) === 0 ? null : drawPresent(type);
  }

  function drawPresent(type: GraphQLInputType): unknown {
    if (isListType(type)) return Array.from({ length: random.below(3) }, () => drawValue(type.ofType));
    if (isEnumType(type)) return new EnumName(random.pick(type.getValues()).name);
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || random.below(2) === 0,
      );
      return Object.fromEntries(fields.map((field) => [field.name, drawValue(field.type)]));
    }
    return SCALARS[String(type)]?.(random, ids) ?? null;
  }

  return {
    argument(argument) {
      if (!isRequiredArgument(argument) && random.below(5) < 2) return undefined;
      const value = drawValue(argument.type);
      const written =
        random.below(2) === 0 ? literalOf(value) : declare(String(argument.type), value, value !== null);
      return `${argument.name}: ${written}`;
    },
    condition() {
      const value = random.below(2) === 0;
      return random.below(4) === 0 ? String(value) : declare('Boolean!', value, true);
    },
    declarations: () => (declared.length === 0 ? '' : `(${declared.join(', ')})`),
    values,
  };
}

const SCALARS: Record<string, (random: Random, ids: readonly string[]) => unknown> = {
  ID: (random, ids) => random.pick(ids),
  String: (random) => random.pick(['sku0', 'sku1', 'some "quoted" text', '']),
  Int: (random) => random.below(4),
  Float: (random) => random.below(10) / 4,
  Boolean: (random) => random.below(2) === 0,
};

function literalOf(value: unknown): string {
  if (value instanceof EnumName) return value.name;
  if (Array.isArray(value)) return `[${value.map(literalOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${literalOf(field)}`);
  return `{ ${fields.join(', ')} }`;
}
