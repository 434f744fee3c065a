import { DomainError } from './errors.ts';

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
