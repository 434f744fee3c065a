/** What a client asks for, by whichever door. */
export interface GraphqlRequest {
  /** Empty where the client names a document instead, by `documentId` or `extensions.persistedQuery`. */
  query: string;
  operationName: string | undefined;
  variables: Record<string, unknown>;
  extensions: Record<string, unknown>;
  /** As in the persisted documents proposal of GraphQL over HTTP, for example "sha256:...". */
  documentId?: string;
}
