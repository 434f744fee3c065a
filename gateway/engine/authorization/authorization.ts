import {
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isNonNullType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Logger } from '#observability/logger.ts';
import type { Viewer } from '#platform/viewer.ts';
import { conditionsHold, type SelectedField } from '../document/selected-fields.ts';
import type { LoadedSupergraph } from '../supergraph/supergraph.ts';
import { type Requirement, readRequirements } from './requirements.ts';

/** Whom a policy decides about. */
export type PolicyViewer = Pick<Viewer, 'id' | 'kind' | 'scopes'>;

/** Answers which of the policies hold for a viewer; null is nobody. */
export type DecidePolicies = (
  policies: readonly string[],
  viewer: PolicyViewer | null,
) => Promise<Iterable<string>>;

/** Why a viewer does not get a field. */
export interface Refusal {
  code: 'UNAUTHENTICATED' | 'FORBIDDEN';
  message: string;
}

/** Says who may read what of one supergraph, by its `@authenticated`, `@requiresScopes` and `@policy`. */
export interface Authorization {
  /** Finds the protected parts of a valid document. Null where everybody may have all of it. */
  protectedPartsOf(document: DocumentNode): ProtectedParts | null;
}

/** The protected fields of one document. */
export interface ProtectedParts {
  /** Decides for a viewer. */
  decide(viewer: PolicyViewer | null): Decision | Promise<Decision>;
  /** The document, with a refusal at every field that the decision does not allow. */
  marked(decision: Decision): DocumentNode;
}

/** Says which requirements of one document a viewer fulfils. Equal decisions have equal keys. */
export interface Decision {
  /** As long as the list of the document's requirements, so that it stays short. */
  key: string;
  refusals: ReadonlyMap<Requirement, Refusal>;
}

export interface AuthorizationOptions {
  /** Null where policies are denied. */
  decidePolicies: DecidePolicies | null;
  /** Whether tokens are read at all. */
  canSignIn: boolean;
}

/** Decides by what a token says, and policies by a hook. */
export function createAuthorization(
  loaded: LoadedSupergraph,
  { decidePolicies, canSignIn }: AuthorizationOptions,
  log: Logger,
): Authorization {
  const requirements = readRequirements(loaded);
  if (requirements.hasPolicies && decidePolicies === null)
    log.warn('the supergraph has @policy, and nothing decides it: set POLICY_MODULE, or all of it is denied');
  if (!requirements.isOpen && !canSignIn)
    log.warn('the supergraph protects fields, and with AUTH=off nobody signs in: all of them are refused');
  return {
    protectedPartsOf(document) {
      if (requirements.isOpen) return null;
      const fields = protectedFields(document, loaded.schema, requirements.ofField);
      return fields.size === 0 ? null : protectedParts(document, fields, decidePolicies);
    },
  };
}

/** The refusal of a field that was marked with one. */
export function refusalOf(node: FieldNode): Refusal | undefined {
  return (node as MarkedFieldNode).refusal;
}

/** Carried by the node itself, so that it outlives whatever rewrites the document around it. */
interface MarkedFieldNode extends FieldNode {
  refusal?: Refusal;
}

type ProtectedFields = ReadonlyMap<FieldNode, readonly Requirement[]>;

function protectedFields(
  document: DocumentNode,
  schema: GraphQLSchema,
  ofField: (parent: string, field: string) => readonly Requirement[],
): ProtectedFields {
  const fields = new Map<FieldNode, readonly Requirement[]>();
  const types = new TypeInfo(schema);
  const collect = {
    Field(node: FieldNode): void {
      const parent = types.getParentType();
      const required = parent ? ofField(parent.name, node.name.value) : [];
      if (required.length > 0) fields.set(node, required);
    },
  };
  visit(document, visitWithTypeInfo(types, collect));
  return fields;
}

function protectedParts(
  document: DocumentNode,
  fields: ProtectedFields,
  decidePolicies: DecidePolicies | null,
): ProtectedParts {
  const requirements = [...new Set([...fields.values()].flat())];
  const policies = [
    ...new Set(requirements.flatMap((each) => (each.kind === 'policies' ? each.anyOf.flat() : []))),
  ];
  const nothing: ReadonlySet<string> = new Set();

  function decided(viewer: PolicyViewer | null, held: ReadonlySet<string>): Decision {
    let key = viewer === null ? 'nobody ' : 'viewer ';
    const refusals = new Map<Requirement, Refusal>();
    for (const requirement of requirements) {
      const refusal = refusalFor(requirement, viewer, held);
      key += refusal === null ? '1' : '0';
      if (refusal !== null) refusals.set(requirement, refusal);
    }
    return { key, refusals };
  }

  return {
    decide(viewer) {
      if (policies.length === 0 || decidePolicies === null) return decided(viewer, nothing);
      const asked = viewer && { id: viewer.id, kind: viewer.kind, scopes: viewer.scopes };
      return decidePolicies(policies, asked).then((held) => decided(viewer, new Set(held)));
    },
    marked({ refusals }) {
      if (refusals.size === 0) return document;
      return visit(document, {
        Field(node): MarkedFieldNode | undefined {
          const required = fields.get(node)?.find((each) => refusals.has(each));
          const refusal = required && refusals.get(required);
          return refusal && { ...node, refusal };
        },
      });
    },
  };
}

function refusalFor(
  requirement: Requirement,
  viewer: PolicyViewer | null,
  policies: ReadonlySet<string>,
): Refusal | null {
  if (requirement.kind === 'authenticated') return viewer === null ? SIGN_IN : null;
  const { kind, anyOf } = requirement;
  const held = kind === 'policies' ? policies : (viewer?.scopes ?? NONE);
  if (anyOf.some((all) => all.every((each) => held.has(each)))) return null;
  if (viewer === null) return SIGN_IN;
  const lacking = anyOf.map((all) => all.filter((each) => !held.has(each)).join(' and ')).join(', or ');
  const message =
    kind === 'scopes'
      ? `This needs the scope ${lacking}, which your token lacks.`
      : `This needs the policy ${lacking}, which does not hold for you.`;
  return { code: 'FORBIDDEN', message };
}

const NONE: ReadonlySet<string> = new Set();
const SIGN_IN: Refusal = {
  code: 'UNAUTHENTICATED',
  message: 'Sign in and send the access token as "Authorization: Bearer ...".',
};

/** The document without what was refused: what is planned, and so all that subgraphs are asked for. */
export function withoutRefused(document: DocumentNode): DocumentNode {
  return visit(document, {
    Field: {
      enter: (node) => (refusalOf(node) === undefined ? undefined : null),
    },
    SelectionSet: {
      // A selection set must hold something, and the object may still be there or not.
      leave: (node) => (node.selections.length === 0 ? { ...node, selections: [TYPENAME] } : undefined),
    },
  });
}

/**
 * Whether a refusal at the root leaves no data at all, as a refused field does that can never be null. Then nothing is to
 * be run: a client that gets no data believes that its mutations did nothing.
 */
export function compileRefusesAll(
  root: GraphQLObjectType,
  fields: readonly SelectedField[],
): (variables: Readonly<Record<string, unknown>>) => boolean {
  const refusing = fields
    .filter(({ name, nodes }) => {
      const type = root.getFields()[name]?.type;
      return nodes.some(({ node }) => refusalOf(node) !== undefined) && isNonNullType(type);
    })
    .flatMap(({ nodes }) => nodes.map(({ conditions }) => conditions));
  return (variables) => refusing.some((conditions) => conditionsHold(conditions, variables));
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
