import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

/** For how long an answer holds, and for whom. */
export interface CachePolicy {
  /** 0 where it may not be kept at all. */
  maxAgeSeconds: number;
  /** PRIVATE where another viewer may get another answer. */
  scope: 'PUBLIC' | 'PRIVATE';
}

/** Answers what a supergraph says with `@cacheControl`. */
export interface CacheControl {
  /** Whether it says anything at all. */
  isUsed: boolean;
  /** The strictest of all that the one operation of a document selects; also of one that asks a subgraph for entities. */
  policyOf(document: DocumentNode): CachePolicy;
}

const DIRECTIVE = 'cacheControl';
const NOTHING: CachePolicy = { maxAgeSeconds: 0, scope: 'PRIVATE' };

/**
 * Reads `@cacheControl` by Apollo Server's rules: root fields and objects hold for no time unless they say otherwise.
 *
 * One rule is stricter: a scalar of an entity, but for its keys, holds for no time either. An entity's fields come from
 * several subgraphs, and what one of them says of its type is not said of the others' fields.
 */
export function readCacheControl(schema: GraphQLSchema): CacheControl {
  const isUsed = schema.getDirective(DIRECTIVE) != null;
  return { isUsed, policyOf: (document) => (isUsed ? policyOf(schema, document) : NOTHING) };
}

interface Hint {
  maxAge?: number;
  scope?: CachePolicy['scope'];
  inheritMaxAge?: boolean;
}

function policyOf(schema: GraphQLSchema, document: DocumentNode): CachePolicy {
  const fragments = new Map<string, FragmentDefinitionNode>();
  let operation: OperationDefinitionNode | undefined;
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
    else if (node.kind === Kind.OPERATION_DEFINITION) operation = node;
  }
  const root = operation && schema.getRootType(operation.operation);
  if (operation?.operation !== 'query' || !root) return NOTHING;

  let maxAge = Number.POSITIVE_INFINITY;
  let scope: CachePolicy['scope'] = 'PUBLIC';
  const restrict = (hint: Hint) => {
    if (hint.maxAge !== undefined) maxAge = Math.min(maxAge, hint.maxAge);
    if (hint.scope === 'PRIVATE') scope = 'PRIVATE';
  };

  function visitSelections(
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType,
    isEntity = false,
  ): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        visitField(selection, parent);
        continue;
      }
      const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      const condition = inner?.typeCondition?.name.value;
      const type = condition === undefined ? parent : schema.getType(condition);
      // A name of the subgraph's own says nothing here.
      if (inner === undefined || type === undefined) restrict({ maxAge: 0 });
      else {
        const hint = hintOf(type);
        restrict(isEntity ? { maxAge: 0, ...hint } : { scope: hint.scope });
        visitSelections(inner.selectionSet, type);
      }
    }
  }

  function visitField(node: FieldNode, parent: GraphQLNamedType): void {
    const name = node.name.value;
    if (name === '__typename') return;
    if (name === '_entities' && parent === root) {
      if (node.selectionSet) visitSelections(node.selectionSet, parent, true);
      return;
    }
    const fields = fieldsOf(schema, parent, name);
    const [field] = fields;
    if (field === undefined) {
      restrict({ maxAge: 0 });
      return;
    }
    const type = getNamedType(field.type);
    for (const each of fields) restrict(hintOf(each));
    for (const each of isAbstractType(type) ? schema.getPossibleTypes(type) : [])
      restrict({ scope: hintOf(each).scope });
    if (!isCompositeType(type) && isUnsaid(schema, parent, name)) restrict({ maxAge: 0 });
    restrict(hintOfField(field, type, parent === root));
    if (node.selectionSet) visitSelections(node.selectionSet, type);
  }

  visitSelections(operation.selectionSet, root);
  return { maxAgeSeconds: Number.isFinite(maxAge) ? maxAge : 0, scope };
}

/** The field, and where its parent is abstract that of every type which may stand there. */
function fieldsOf(
  schema: GraphQLSchema,
  parent: GraphQLNamedType,
  name: string,
): GraphQLField<unknown, unknown>[] {
  return typesAt(schema, parent).flatMap((type) => fieldOf(type, name) ?? []);
}

function typesAt(schema: GraphQLSchema, type: GraphQLNamedType): GraphQLNamedType[] {
  return isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
}

function fieldOf(type: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}

/** Whether this is a scalar of an entity, and nobody said how long it holds. */
function isUnsaid(schema: GraphQLSchema, parent: GraphQLNamedType, name: string): boolean {
  return typesAt(schema, parent).some((type) => {
    const keys = keysOf(type);
    const { maxAge, inheritMaxAge } = hintOf(fieldOf(type, name) ?? {});
    return keys.size > 0 && !keys.has(name) && maxAge === undefined && !inheritMaxAge;
  });
}

/** Names of the fields in an entity's keys; none for what is no entity. */
function keysOf({ astNode }: GraphQLNamedType): ReadonlySet<string> {
  const joins = astNode?.directives?.filter(({ name }) => name.value === 'join__type') ?? [];
  const keys = joins.flatMap(({ arguments: given = [] }) => given.filter(({ name }) => name.value === 'key'));
  return new Set(
    keys.flatMap(({ value }) => (value.kind === Kind.STRING ? value.value.match(/\w+/g) : null) ?? []),
  );
}

/** A field's own hint before its type's. Fields of scalars hold as long as what they are fields of. */
function hintOfField(field: GraphQLField<unknown, unknown>, type: GraphQLNamedType, isRoot: boolean): Hint {
  const ofType = isCompositeType(type) ? hintOf(type) : {};
  const ofField = hintOf(field);
  const hint = { ...ofType, ...ofField };
  const inherits = (ofField.inheritMaxAge ?? ofType.inheritMaxAge ?? false) || !isCompositeType(type);
  if (hint.maxAge !== undefined || (inherits && !isRoot)) return hint;
  return { ...hint, maxAge: 0 };
}

function hintOf({
  astNode,
}: {
  astNode?: { directives?: readonly DirectiveNode[] } | null | undefined;
}): Hint {
  const directive = astNode?.directives?.find(({ name }) => name.value === DIRECTIVE);
  const entries = directive?.arguments?.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]);
  return Object.fromEntries(entries ?? []) as Hint;
}
