import { type OperationTypeNode, parse } from 'graphql';
import type { CacheControl } from '../caching/cache-control.ts';
import type { EntityFetchNode, RootFetchNode } from '../planning/query-plan.ts';
import type { Endpoint, FetchKind, SubgraphResponse } from '../transport/endpoint.ts';
import { type SharedResponse, takeResponse } from '../transport/shared-endpoint.ts';
import type { Run } from './run.ts';

/** The subgraphs of one supergraph, by name. */
export type SubgraphEndpoints = ReadonlyMap<string, Endpoint>;

/** Sends one fetch of a plan; `variables` are further ones, as members of a JSON object. */
export type Send = (run: Run, variables: string) => Promise<SubgraphResponse>;

/** Compiles the sending of one fetch: its body is a text with places for the variables. */
export type CompileSend = (fetch: RootFetchNode | EntityFetchNode) => Send;

/** Makes what compiles the sending of the fetches of one operation of a type. */
export function createSending(
  endpoints: SubgraphEndpoints,
  cacheControl: CacheControl,
  type: OperationTypeNode,
): CompileSend {
  /** How many fetches of the operation send a body that begins like this. */
  const twins = new Map<string, { count: number }>();

  return (fetch) => {
    const { subgraph, operation, isMutation } = fetch;
    const endpoint = endpoints.get(subgraph);
    if (endpoint === undefined) throw new Error(`The plan fetches from ${subgraph}, which is no subgraph`);
    const head = `{"query":${JSON.stringify(operation)},"variables":{`;
    const bodyOf = compileBody(head, fetch.variables);
    const kind = isMutation ? 'mutation' : kindOfQuery(operation, cacheControl, type);
    const alike = twins.get(head) ?? { count: 0 };
    twins.set(head, alike);
    alike.count += 1;
    return (run, further) => {
      const body = bodyOf(run, further);
      const send = () => endpoint.send(body, run.context, kind);
      // Bodies are long, and to find one among others costs: most operations send each document from one place.
      return isMutation || alike.count === 1 ? send() : sendOnce(run, `${subgraph}\n${body}`, send);
    };
  };
}

function compileBody(head: string, names: readonly string[]): (run: Run, further: string) => string {
  const variables = names.map((name) => ({ name, key: `${JSON.stringify(name)}:` }));
  return (run, further) => {
    let body = further;
    for (const { name, key } of variables) {
      const value = run.variables[name];
      if (value === undefined) continue;
      body += `${body === '' ? '' : ','}${key}${JSON.stringify(value)}`;
    }
    return `${head}${body}}}`;
  };
}

function kindOfQuery(
  operation: string,
  { isUsed, policyOf }: CacheControl,
  type: OperationTypeNode,
): FetchKind {
  // After a mutation, its own client wants to see what it has changed.
  if (type !== 'query') return 'query';
  if (!isUsed) return 'read';
  const { maxAgeSeconds, scope } = policyOf(parse(operation, { noLocation: true }));
  return maxAgeSeconds > 0 && scope === 'PUBLIC' ? 'public query' : 'read';
}

/** Sends once what is asked twice at a time within one run. All of it ends with the run's client. */
async function sendOnce(
  run: Run,
  key: string,
  send: () => Promise<SubgraphResponse>,
): Promise<SubgraphResponse> {
  let shared = run.underWay.get(key);
  if (shared === undefined) {
    const begun: SharedResponse = { takers: 0, response: send() };
    run.underWay.set(key, begun);
    shared = begun;
  }
  shared.takers += 1;
  const response = await shared.response;
  // A later fetch would get what others have changed by then.
  run.underWay.delete(key);
  return takeResponse(shared, response);
}
