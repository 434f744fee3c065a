import type { DocumentNode, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { compileRefusesAll, type Refusal, withoutRefused } from '../authorization/authorization.ts';
import { compileCaching } from '../caching/caching.ts';
import { compileCost } from '../cost/operation-cost.ts';
import { deprecatedElements } from '../document/deprecated-elements.ts';
import { type Fragments, fragmentsOf, operationOf } from '../document/fragments.ts';
import { compileIntrospection, withoutIntrospection } from '../document/introspection.ts';
import { selectedFields } from '../document/selected-fields.ts';
import { compileVariables } from '../document/variables.ts';
import { addRefusal, type Run } from '../execution/run.ts';
import { compileWriter } from '../response/response-writer.ts';
import { explainNull } from '../response/unexplained-nulls.ts';
import { compileSubscription } from '../subscriptions/compiled-subscription.ts';
import type { CompiledOperation } from './compiled-operation.ts';
import type { CompileOptions, OperationExecution } from './executor.ts';

/** Compiles an operation of a valid document, which holds nothing else (`onlyOf`), for an executor. */
export async function compileOperation(
  document: DocumentNode,
  options: CompileOptions,
  execution: OperationExecution,
): Promise<CompiledOperation> {
  const { schema, weights, costs, caching: engineCaching } = options;
  const operation = operationOf(document);
  const fragments = fragmentsOf(document);
  const cost = compileCost({ schema, weights, document, operation }, costs);
  const root = rootOf(schema, operation);
  const fields = rootFields(operation, fragments, root.name);
  const known = {
    type: operation.operation,
    name: operation.name?.value,
    rootFields: fields.map(({ name }) => name),
    cost,
    deprecated: deprecatedElements(schema, document),
  };
  if (operation.operation === 'subscription') {
    const names = execution.subscriptionNames;
    const subscription = await compileSubscription(withoutRefused(document), {
      schema,
      names,
      plan: (decided) => execution.planSubscription(decided),
      write: compileWriter(schema, operation, fragments, names),
      fields,
    });
    return {
      ...known,
      cachePolicy: null,
      run: () => Promise.reject(new Error('A subscription begins, and does not run')),
      subscription,
      plans: subscription.plans,
    };
  }
  const readVariables = compileVariables(schema, operation);
  const introspect = compileIntrospection(schema, document, operation, fields);
  const refusesAll = compileRefusesAll(root, fields);
  const allowed = withoutRefused(introspect ? withoutIntrospection(document) : document);
  const caching = engineCaching ? compileCaching(document, allowed, schema, engineCaching) : null;
  const { names, plans, execute } = await execution.prepare({
    document,
    fetched: caching?.keyed ?? allowed,
    operation,
    fragments,
    rootType: root.name,
  });
  const write = compileWriter(schema, operation, fragments, names);

  return {
    ...known,
    cachePolicy: caching?.policy ?? null,
    plans,
    async run(given, context) {
      const variables = readVariables(given);
      const run: Run = { data: {}, errors: [], variables, context, names, underWay: new Map() };
      if (!refusesAll(variables)) await execute(run, given);
      const introspected = introspect?.(given) ?? {};
      const path: (string | number)[] = [];
      const reportInvalid = (message: string) => explainNull(run.errors, message, path);
      const reportRefusal = (refusal: Refusal) => addRefusal(run, refusal, [...path]);
      const data = write(run.data, { variables, introspected, path, reportInvalid, reportRefusal });
      return { data, errors: run.errors, ...(caching && { entities: () => caching.tagsOf(run.data) }) };
    },
  };
}

/** The type that holds an operation's fields. */
export function rootOf(schema: GraphQLSchema, { operation }: OperationDefinitionNode): GraphQLObjectType {
  const root = schema.getRootType(operation);
  if (!root) throw new Error(`The schema has no ${operation}`);
  return root;
}

/** Finds the fields that an operation asks of its root type. */
export function rootFields({ selectionSet }: OperationDefinitionNode, fragments: Fragments, root: string) {
  return selectedFields([{ selectionSet, conditions: [] }], fragments, (condition) => condition === root);
}
