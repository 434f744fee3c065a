import type { Viewer } from '../viewer.ts';

/**
 * The person who asks, as an entity that several domains have fields of. Who holds one is that person: what hangs on it
 * needs no further check of whose it is.
 */
export interface ViewerEntity {
  id: string;
}

/** Resolves `Viewer.__resolveReference`: null for everybody but the person whom the reference names. */
export function viewerOf({ id }: { id: string }, { viewer }: { viewer: Viewer | null }): ViewerEntity | null {
  return viewer?.kind === 'person' && viewer.id === id ? { id } : null;
}
