import type { EntityFetchNode, RootFetchNode } from './plan.ts';
import type { Run, UnderWay } from './run.ts';
import type { Endpoint, SubgraphResponse } from './transport/endpoint.ts';

/** The subgraphs of one supergraph, by name. */
export type SubgraphEndpoints = ReadonlyMap<string, Endpoint>;

/** Sends one fetch of a plan; `variables` are further ones, as members of a JSON object. */
export type Send = (run: Run, variables: string) => Promise<SubgraphResponse>;

/** Compiles the sending of a fetch: its body is a text with places for the variables. */
export function compileSend(fetch: RootFetchNode | EntityFetchNode, endpoints: SubgraphEndpoints): Send {
  const { subgraph, operation, isMutation } = fetch;
  const endpoint = endpoints.get(subgraph);
  if (endpoint === undefined) throw new Error(`The plan fetches from ${subgraph}, which is no subgraph`);
  const head = `{"query":${JSON.stringify(operation)},"variables":{`;
  const variables = fetch.variables.map((name) => ({ name, key: `${JSON.stringify(name)}:` }));

  function bodyOf(run: Run, further: string): string {
    let body = further;
    for (const { name, key } of variables) {
      const value = run.variables[name];
      if (value === undefined) continue;
      body += `${body === '' ? '' : ','}${key}${JSON.stringify(value)}`;
    }
    return `${head}${body}}}`;
  }

  return (run, further) => {
    const body = bodyOf(run, further);
    const send = () => endpoint.send(body, run.context, isMutation ? 'mutation' : 'query');
    return isMutation ? send() : once(run, `${subgraph}\n${body}`, send);
  };
}

async function once(run: Run, key: string, send: () => Promise<SubgraphResponse>): Promise<SubgraphResponse> {
  let underWay = run.underWay.get(key);
  if (underWay === undefined) {
    const begun: UnderWay = { isShared: false, response: send() };
    run.underWay.set(key, begun);
    underWay = begun;
  } else underWay.isShared = true;
  const response = await underWay.response;
  // What comes later would get what others have changed by then.
  run.underWay.delete(key);
  return underWay.isShared ? structuredClone(response) : response;
}
