import { createHash } from 'node:crypto';
import { DomainError } from './errors.ts';
import { SHARED_SCOPE } from './scopes.ts';

/** On whose behalf a call is made: what a verified token says. */
export interface Viewer {
  /** The person's id, or the name of the service's role. */
  id: string;
  kind: 'person' | 'service';
  /** Session of the token, for a person. */
  sessionId: string | null;
  scopes: ReadonlySet<string>;
  /** What the person is; for a service, its own role. */
  roles: readonly string[];
  /** When the token ends, milliseconds since 1970. */
  expiresAt: number;
  /** The token itself, to be handed on to the services that the call needs. */
  token: string;
}

/** The viewer of a call that cannot be anonymous. */
export function requireViewer(viewer: Viewer | null): Viewer {
  if (viewer === null) {
    throw new DomainError(
      'UNAUTHENTICATED',
      'Sign in and send the access token as "Authorization: Bearer ...".',
    );
  }
  return viewer;
}

/** The viewer where it must be a person, not a service acting for itself. */
export function requirePerson(viewer: Viewer | null): Viewer {
  const person = requireViewer(viewer);
  if (person.kind !== 'person') {
    throw new DomainError('PERMISSION_DENIED', 'This call acts for a person: send the token of one.');
  }
  return person;
}

/** Whether a gateway asks for all who listen to a topic (docs/LIVE-PROTOCOL.md, Sharing). */
export function readsShared(viewer: Viewer | null): boolean {
  return viewer !== null && viewer.kind === 'service' && viewer.scopes.has(SHARED_SCOPE);
}

/** Who reads by a shared method: the person's id, or null where a gateway asks for all who listen. */
export function readerOf(viewer: Viewer | null): string | null {
  return readsShared(viewer) ? null : requirePerson(viewer).id;
}

/**
 * Guards what may look different to each who listens, where a shared method answers it beside what does not.
 *
 * @throws DomainError PERMISSION_DENIED where a gateway asks for all of them
 */
export function forOneViewer<Value>(viewer: Viewer | null, value: Value): Value {
  if (!readsShared(viewer)) return value;
  throw new DomainError(
    'PERMISSION_DENIED',
    'This depends on who asks, and cannot be read for all who listen: send the token of one person.',
  );
}

const hashes = new WeakMap<Viewer, string>();

/**
 * Stands for a viewer in logs and telemetry, where ids of people have no business: the same for all that one person does.
 * Ids are random enough that nobody finds them by trying.
 */
export function hashOfViewer(viewer: Viewer): string {
  let hash = hashes.get(viewer);
  if (hash === undefined) {
    hash = createHash('sha256').update(viewer.id).digest('base64url').slice(0, 16);
    hashes.set(viewer, hash);
  }
  return hash;
}
