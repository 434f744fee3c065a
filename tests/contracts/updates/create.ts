import { randomUUID } from 'node:crypto';
import type { DomainNetwork } from '#tests/domain-network.ts';

/**
 * Runs mutations that make things in a subgraph, as the bearer of a token.
 *
 * @returns a function that answers with the `id` that the selection, for example `gym { id }`, holds.
 */
export function create(network: DomainNetwork, domain: string, token: string) {
  return async (mutation: string, inputType: string, selection: string, input: object): Promise<string> => {
    const operation = `mutation ($input: ${inputType}!) { ${mutation}(input: $input) { ${selection} } }`;
    const withKey = inputType.startsWith('Update') ? input : { ...input, idempotencyKey: randomUUID() };
    const { data, errors } = await network.graphql<Record<string, Record<string, { id: string }>>>(
      domain,
      operation,
      { variables: { input: withKey }, token },
    );
    if (errors !== undefined) throw new Error(`${mutation}: ${JSON.stringify(errors)}`);
    const [made] = Object.values(data?.[mutation] ?? {});
    return made?.id ?? '';
  };
}
