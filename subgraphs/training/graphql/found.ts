import type DataLoader from 'dataloader';
import { promised } from '#platform/graphql/proto-values.ts';

/**
 * What a thing refers to for as long as it exists.
 * @throws Error where it is not found, which is a bug of the service
 */
export async function foundBy<Value>(loader: DataLoader<string, Value | null>, id: string): Promise<Value> {
  return promised(await loader.load(id));
}
