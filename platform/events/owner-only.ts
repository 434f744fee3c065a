import type { TopicAccess } from '../domain.ts';
import type { Viewer } from '../viewer.ts';

/** Authorises a topic that is named after one person: the whole of it is theirs, and nothing of it anybody else's. */
export async function ownerOnly(viewer: Viewer, personId: string): Promise<TopicAccess | null> {
  return viewer.kind === 'person' && viewer.id === personId ? { fromSeq: 1, toSeq: null } : null;
}
