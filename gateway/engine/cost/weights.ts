import {
  type ArgumentNode,
  type DirectiveNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import type { LoadedSupergraph } from '../supergraph/supergraph.ts';

/** The costs of a supergraph's parts: `@cost` and `@listSize` of the GraphQL cost directive specification of IBM. */
export interface CostWeights {
  /** The cost of one object or value of a field. */
  ofField(parent: string, field: string): number;
  /** How long the lists of a field are. Undefined for a field that has none. */
  listOf(parent: string, field: string): ListSize | undefined;
  /** The cost of an argument that is given, without what its value holds. */
  ofArgument(parent: string, field: string, argument: string): InputWeight | undefined;
}

/** Says what is known of a list, or of the lists of the object that a field answers. */
export interface ListSize {
  /** Where nothing else says it; null: what is assumed of all lists. */
  assumedSize: number | null;
  /** Arguments, or paths within them, that say how long a page is. */
  slicingArguments: readonly string[];
  /** Fields of the answered object whose lists are meant; empty for the field's own. */
  sizedFields: readonly string[];
  requireOneSlicingArgument: boolean;
}

/** The weight of a part of an input. */
export interface InputWeight {
  weight: number;
  /** The fields of an input object, by name; empty for everything else. */
  fields(): ReadonlyMap<string, InputWeight>;
}

const IDENTITY = 'https://specs.apollo.dev/cost';
/** As in the Relay connection specification, for supergraphs without `@listSize`. */
const PAGE_ARGUMENTS: readonly string[] = ['first', 'last'];

/** Reads the weights of a supergraph, whatever names their directives go by there. */
export function readCostWeights({ supergraph, supergraphSchema }: LoadedSupergraph): CostWeights {
  const feature = supergraph.schema.coreFeatures?.getByIdentity(IDENTITY);
  const costName = feature?.directiveNameInSchema('cost');
  const listSizeName = feature?.directiveNameInSchema('listSize');

  function weightOf(part: Described | undefined): number | undefined {
    const weight = directiveOf(part, costName)?.['weight'];
    return weight === undefined ? undefined : Number(weight);
  }

  function fieldOf(parent: string, name: string): GraphQLField<unknown, unknown> | undefined {
    const type = supergraphSchema.getType(parent);
    return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  }

  const inputs = new Map<GraphQLArgument | GraphQLInputField, InputWeight>();

  /** Input objects may hold one another: each is looked into when a value does. */
  function inputWeight(part: GraphQLArgument | GraphQLInputField): InputWeight {
    const known = inputs.get(part);
    if (known !== undefined) return known;
    const type = getNamedType(part.type);
    const isObject = isInputObjectType(type);
    let fields: ReadonlyMap<string, InputWeight> | undefined = isObject ? undefined : new Map();
    const input: InputWeight = {
      weight: weightOf(part) ?? weightOf(type) ?? (isObject ? 1 : 0),
      fields() {
        const inner = isObject ? Object.values(type.getFields()) : [];
        fields ??= new Map(inner.map((each) => [each.name, inputWeight(each)]));
        return fields;
      },
    };
    inputs.set(part, input);
    return input;
  }

  return {
    ofField(parent, name) {
      const field = fieldOf(parent, name);
      if (field === undefined) return 0;
      const type = getNamedType(field.type);
      return weightOf(field) ?? weightOf(type) ?? (isCompositeType(type) ? 1 : 0);
    },
    listOf(parent, name) {
      const field = fieldOf(parent, name);
      if (field === undefined) return undefined;
      const directive = directiveOf(field, listSizeName);
      if (directive !== undefined) {
        const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = directive;
        return {
          assumedSize: typeof assumedSize === 'number' ? assumedSize : null,
          slicingArguments: namesIn(slicingArguments),
          sizedFields: namesIn(sizedFields),
          requireOneSlicingArgument:
            requireOneSlicingArgument !== false && namesIn(slicingArguments).length > 0,
        };
      }
      const slicingArguments = field.args
        .map((argument) => argument.name)
        .filter((each) => PAGE_ARGUMENTS.includes(each));
      const sizedFields = isListed(field) ? [] : listsOf(getNamedType(field.type));
      const isPaged = slicingArguments.length > 0 && (isListed(field) || sizedFields.length > 0);
      if (!isListed(field) && !isPaged) return undefined;
      return { assumedSize: null, slicingArguments, sizedFields, requireOneSlicingArgument: false };
    },
    ofArgument(parent, field, name) {
      const argument = fieldOf(parent, field)?.args.find((each) => each.name === name);
      return argument && inputWeight(argument);
    },
  };
}

interface Described {
  astNode?: { directives?: readonly DirectiveNode[] | undefined } | null | undefined;
}

/** The arguments of a directive of this name. */
function directiveOf(
  part: Described | undefined,
  name: string | undefined,
): Record<string, unknown> | undefined {
  const directive = part?.astNode?.directives?.find((each) => each.name.value === name);
  const read = ({ name: argument, value }: ArgumentNode) => [argument.value, valueFromASTUntyped(value)];
  return directive && Object.fromEntries((directive.arguments ?? []).map(read));
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isListed({ type }: GraphQLField<unknown, unknown>): boolean {
  return isListType(getNullableType(type));
}

/** The lists of a connection: `edges`, `nodes`, or whatever they are called. */
function listsOf(type: GraphQLNamedType): string[] {
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields())
    .filter(isListed)
    .map(({ name }) => name);
}
