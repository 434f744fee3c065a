const LINK = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
    "@key", "@requires", "@external", "@interfaceObject", "@authenticated", "@requiresScopes", "@policy", "@cost", "@listSize"
  ])
`;

/** Two subgraphs that protect what they hold in every way there is, and say what it costs. */
export const GUARDED_SDL = {
  people: `${LINK} ${
    /* GraphQL */ `
    type Query {
      open: String
      me: Person @authenticated
      person(id: ID!): Person
      things: [Thing!]
      beings: [Being!]
      must: String! @requiresScopes(scopes: [["must"]])
      grade: Grade
      stamp: Stamp
      page(first: Int, filter: Filter): Page @listSize(slicingArguments: ["first"], sizedFields: ["people"], requireOneSlicingArgument: false, assumedSize: 7)
      ranked(top: Int, last: Int): [Person] @listSize(slicingArguments: ["top", "last"])
      everybody: [Person]
      report: Report @cost(weight: 50)
    }
    type Mutation {
      note(text: String!): String
      rename(id: ID!): Person! @requiresScopes(scopes: [["write"]])
      tag(id: ID!): Person @requiresScopes(scopes: [["write"]])
    }
    input Filter { name: String @cost(weight: 4) }
    type Page { people: [Person] total: Int }
    type Report @cost(weight: 20) { size: Int @cost(weight: 3) }
    interface Being { id: ID! name: String nickname: String }
    union Thing = Person | Secret
    enum Grade @requiresScopes(scopes: [["grade"]]) { A B }
    scalar Stamp @policy(policies: [["clerk"], ["chief", "present"]])
    type Secret @authenticated { text: String note: String }
    type Robot implements Being @key(fields: "id") { id: ID! name: String nickname: String }
    type Person implements Being @key(fields: "id") {
      id: ID!
      name: String
      nickname: String @requiresScopes(scopes: [["friends"]])
      height: Float @requiresScopes(scopes: [["height"]])
      friend: Person
    }
    interface Media @key(fields: "id") { id: ID! title: String }
    type Book implements Media @key(fields: "id") { id: ID! title: String }
    type Film implements Media @key(fields: "id") { id: ID! title: String }
    extend type Query { media: [Media] }
  `
  }`,
  health: `${LINK} ${
    /* GraphQL */ `
    type Person @key(fields: "id") {
      id: ID!
      height: Float @external
      weight: Float @requiresScopes(scopes: [["health", "adult"], ["doctor"]])
      index: Float @requires(fields: "height") @requiresScopes(scopes: [["height"]])
      steps: Int
    }
    type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int @requiresScopes(scopes: [["stars"]]) }
  `
  }`,
};
