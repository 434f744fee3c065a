/** What every subgraph of the catalogue begins with. */
export const LINK = /* GraphQL */ `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@interfaceObject", "@inaccessible", "@override"
])`;

/** The catalogue's subgraphs. */
export const SDL = {
  products: /* GraphQL */ `
    type Query {
      product(id: ID!): Product
      products(ids: [ID!]! = ["1", "2", "3"]): [Product!]!
      shelves: [[Item]!]
      found: [Found]
      media: [Media!]
      strictProducts: [Product!]
    }
    type Mutation {
      rename(id: ID!, name: String!): Product
      fail: Product
    }
    interface Item { id: ID! name: String }
    type Product implements Item @key(fields: "id") @key(fields: "sku { code lot }") {
      id: ID!
      sku: Sku!
      name: String @shareable
      colour: Colour
      size: Size @shareable
      maker: Maker
      makers(first: Int = 2): [Maker]
      strict: String!
      old: String
      label: Label
    }
    type Label { text: String broken: String }
    type Sku @shareable { code: String! lot: Int! }
    type Size @shareable { width: Int height: Int }
    enum Colour { RED GREEN HIDDEN @inaccessible }
    type Maker implements Item @key(fields: "id") { id: ID! name: String products: [Product!]! }
    union Found = Product | Maker
    interface Media @key(fields: "id") { id: ID! title: String }
    type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int product: Product }
    type Song implements Media @key(fields: "id") { id: ID! title: String singer: Maker }
  `,
  reviews: /* GraphQL */ `
    type Query { review(id: ID!): Review topReviews: [Review!]! }
    type Mutation { review(product: ID!, text: String!): Review }
    type Review @key(fields: "id") {
      id: ID!
      text(short: Boolean = false): String
      product: Product @provides(fields: "name")
      author: Author!
    }
    type Product @key(fields: "id") { id: ID! name: String @external reviews(first: Int): [Review] rating: Float! }
    type Author @key(fields: "id") { id: ID! name: String! reviews: [Review!]! }
  `,
  warehouse: /* GraphQL */ `
    type Query { bestStocked: Product }
    type Product @key(fields: "sku { code lot }") {
      sku: Sku!
      size: Size @external
      old: String @override(from: "products")
      parcel(unit: String): String @requires(fields: "size { width height }")
      inStock: Boolean
    }
    type Film @key(fields: "id") { id: ID! trailer: String }
    type Sku @shareable { code: String! lot: Int! }
    type Size @shareable { width: Int height: Int }
  `,
  ratings: /* GraphQL */ `
    type Query { bestMedia: [Media!]! }
    type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }
    type Maker @key(fields: "id") { id: ID! country: String! }
  `,
};
