import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import type { Random } from '../crash/random.ts';
import { createVariables, type Variables } from './generate-values.ts';

/** An operation to ask. */
export interface GeneratedOperation {
  document: DocumentNode;
  variables: Record<string, unknown>;
}

const DEEPEST = 6;

/** Makes a valid operation. `ids` are what arguments of type ID are taken from. */
export function generateOperation(
  random: Random,
  schema: GraphQLSchema,
  ids: readonly string[],
): GeneratedOperation {
  for (;;) {
    const drawn = drawOperation(random, schema, ids);
    // Two fields of one name that cannot be merged, or a fragment that nothing can match: drawn anew.
    if (validate(schema, drawn.document).length === 0) return drawn;
  }
}

function drawOperation(random: Random, schema: GraphQLSchema, ids: readonly string[]): GeneratedOperation {
  const variables = createVariables(random, ids);
  const fragments = new Map<string, string>();
  const mutation = schema.getMutationType();
  const root = mutation && random.below(3) > 0 ? mutation : (schema.getQueryType() as GraphQLObjectType);
  const draw = createSelections(random, schema, variables, fragments);
  const fields = Array.from({ length: 1 + random.below(3) }, () => draw.field(root, 0)).join(' ');
  const keyword = root === mutation ? 'mutation' : 'query';
  const source = [`${keyword} Generated${variables.declarations()} { ${fields} }`, ...fragments.values()];
  return { document: parse(source.join('\n'), { noLocation: true }), variables: variables.values };
}

function createSelections(
  random: Random,
  schema: GraphQLSchema,
  variables: Variables,
  fragments: Map<string, string>,
) {
  function selectionSet(type: GraphQLNamedType, depth: number): string {
    const items = Array.from({ length: 1 + random.below(depth > 3 ? 2 : 4) }, () => selection(type, depth));
    return `{ ${items.join(' ')} }`;
  }

  function selection(type: GraphQLNamedType, depth: number): string {
    const dice = random.below(12);
    if (isAbstractType(type) ? dice < 5 : dice === 0) return fragment(type, depth);
    if (dice === 11 || !(isObjectType(type) || isInterfaceType(type))) return `${alias(4)}__typename`;
    return field(type, depth);
  }

  function field(type: GraphQLNamedType, depth: number): string {
    if (!(isObjectType(type) || isInterfaceType(type))) return '__typename';
    const all = Object.values(type.getFields());
    const leaves = all.filter(({ type: result }) => isLeafType(getNamedType(result)));
    const picked = random.pick(depth >= DEEPEST ? leaves : all);
    if (picked === undefined) return '__typename';
    const result = getNamedType(picked.type);
    const below = isLeafType(result) ? '' : ` ${selectionSet(result, depth + 1)}`;
    const name = alias(picked.args.length > 0 ? 2 : 5);
    return `${name}${picked.name}${argumentsOf(picked)}${condition()}${below}`;
  }

  function fragment(type: GraphQLNamedType, depth: number): string {
    const overlapping: GraphQLNamedType[] = isAbstractType(type)
      ? [type, ...schema.getPossibleTypes(type)]
      : isObjectType(type)
        ? [type, ...type.getInterfaces()]
        : [type];
    const on = random.pick(overlapping);
    const body = selectionSet(on, depth + 1);
    if (random.below(2) === 0)
      return `... ${on === type && random.below(2) === 0 ? '' : `on ${on.name} `}${condition()} ${body}`;
    const name = `F${fragments.size}`;
    fragments.set(name, `fragment ${name} on ${on.name} ${body}`);
    return `...${name}${condition()}`;
  }

  function argumentsOf({ args }: GraphQLField<unknown, unknown>): string {
    const given = args.flatMap((argument) => variables.argument(argument) ?? []);
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  const alias = (oneIn: number) => (random.below(oneIn) === 0 ? `${random.pick(ALIASES)}: ` : '');

  function condition(): string {
    const name = ['skip', 'include'][random.below(16)];
    return name === undefined ? '' : ` @${name}(if: ${variables.condition()})`;
  }

  return { field };
}

const ALIASES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'name', 'id', 'first_0'];
