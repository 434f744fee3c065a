import {
  type DefinitionNode,
  DirectiveLocation,
  type DirectiveNode,
  type DocumentNode,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLSchema,
  GraphQLString,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValidationContext,
  type ValidationRule,
  visit,
} from 'graphql';
import { gatewayError } from '../../request/errors.ts';

const DEFER = new GraphQLDirective({
  name: 'defer',
  description: 'What the fragment selects may come later than the rest.',
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: {
    label: { type: GraphQLString, description: 'Names the part in the answer; once an operation.' },
    if: {
      type: new GraphQLNonNull(GraphQLBoolean),
      defaultValue: true,
      description: 'Whether it may come later.',
    },
  },
});

/** A schema with `@defer`, which graphql-js 16 does not know. */
export function withDeferDirective(schema: GraphQLSchema): GraphQLSchema {
  const { directives, ...config } = schema.toConfig();
  const others = directives.filter(({ name }) => name !== DEFER.name);
  return new GraphQLSchema({ ...config, directives: [...others, DEFER], assumeValid: true });
}

/** The rules that GraphQL's incremental delivery proposal has for `@defer`. */
export const DEFER_RULES: readonly ValidationRule[] = [labelsAreStaticAndUnique, placesAreDeferrable];

/** Whether a part of a document defers, by a variable or always. */
export function defers(node: DocumentNode | DefinitionNode | SelectionNode): boolean {
  let found = false;
  visit(node, {
    Directive(directive) {
      if (directive.name.value === DEFER.name && !isNeverDeferred(directive)) found = true;
    },
  });
  return found;
}

/** Whether a `@defer` is one that is not. */
export function isNeverDeferred(directive: DirectiveNode): boolean {
  const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
  return value?.kind === Kind.BOOLEAN && !value.value;
}

function labelsAreStaticAndUnique(context: ValidationContext) {
  const known = new Set<string>();
  return {
    Directive(node: DirectiveNode) {
      if (node.name.value !== DEFER.name) return;
      const label = node.arguments?.find(({ name }) => name.value === 'label')?.value;
      if (label === undefined || label.kind === Kind.NULL) return;
      if (label.kind !== Kind.STRING) return refuse(context, 'Write the label of @defer as a text.');
      if (known.has(label.value))
        refuse(context, `Two fragments are deferred as "${label.value}": give each another label.`);
      known.add(label.value);
    },
  };
}

/** Mutations run one after the other, and subscriptions answer with an event: neither can leave its root for later. */
function placesAreDeferrable(context: ValidationContext) {
  return {
    Directive(node: DirectiveNode) {
      if (node.name.value !== DEFER.name) return;
      const schema = context.getSchema();
      const type = context.getParentType();
      if (type && type === schema.getMutationType())
        refuse(context, 'Defer what a mutation gives, not the mutation.');
    },
    OperationDefinition(node: OperationDefinitionNode) {
      if (node.operation !== 'subscription') return;
      const fragments = context.getRecursivelyReferencedFragments(node);
      if ([node, ...fragments].some((each) => defers(each)))
        refuse(context, 'Defer nothing of a subscription: every event is one answer.');
    },
  };
}

function refuse(context: ValidationContext, message: string): void {
  context.reportError(gatewayError('GRAPHQL_VALIDATION_FAILED', message));
}
