import type { TopicAccess } from '../domain.ts';
import type { Viewer } from '../viewer.ts';

/** Authorises a topic that is named after one person: the whole of it is theirs, and nothing of it anybody else's. */
export async function ownerOnly(viewer: Viewer, userId: string): Promise<TopicAccess | null> {
  return viewer.kind === 'person' && viewer.id === userId ? { fromSeq: 1, toSeq: null } : null;
}
