import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  visit,
} from 'graphql';

const CACHE_CONTROL = directiveOf('@cacheControl(maxAge: 60)');

/** A supergraph of which everything is public, and every entity with a plain key invalidated by events. */
export function withCaching(supergraph: string): string {
  const document = visit(parse(supergraph), {
    SchemaDefinition: (node) => ({ ...node, directives: [...(node.directives ?? []), LINK] }),
    FieldDefinition: (node): FieldDefinitionNode => ({
      ...node,
      directives: [...(node.directives ?? []), CACHE_CONTROL],
    }),
    ObjectTypeDefinition: {
      leave(node: ObjectTypeDefinitionNode) {
        const key = plainKeyOf(node);
        if (key === undefined) return undefined;
        const invalidated = directiveOf(
          `@invalidatedBy(kinds: ["users.changed"], subject: "user", key: "${key}")`,
        );
        return { ...node, directives: [...(node.directives ?? []), invalidated] };
      },
    },
  });
  return `${print(document)}\n${DEFINITIONS}`;
}

const LINK = directiveOf(
  '@link(url: "https://fitme.example/specs/caching/v1.0", import: ["@cacheControl", "@invalidatedBy"])',
);
const DEFINITIONS = `
directive @cacheControl(maxAge: Int, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
directive @invalidatedBy(kinds: [String!]!, subject: String!, key: String! = "id") repeatable on OBJECT
`;

/** The one field that a key of the type consists of, if there is such a key that clients see. */
function plainKeyOf({ directives = [], fields = [] }: ObjectTypeDefinitionNode): string | undefined {
  const keys = directives.flatMap(({ name, arguments: given = [] }) => {
    const key = given.find((each) => each.name.value === 'key')?.value;
    return name.value === 'join__type' && key?.kind === Kind.STRING ? [key.value] : [];
  });
  const isSeen = ({ directives: own = [] }: FieldDefinitionNode) =>
    own.every(({ name }) => name.value !== 'inaccessible');
  return keys.find((key) => fields.some((field) => field.name.value === key && isSeen(field)));
}

function directiveOf(text: string): ConstDirectiveNode {
  const [type] = parse(`scalar S ${text}`, { noLocation: true }).definitions;
  const [directive] = type?.kind === Kind.SCALAR_TYPE_DEFINITION ? (type.directives ?? []) : [];
  if (directive === undefined) throw new Error(`no directive: ${text}`);
  return directive;
}
