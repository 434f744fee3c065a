import { withoutTrace } from '#observability/tracing.ts';
import type { Viewer } from '#platform/viewer.ts';
import type { Auth } from '../../request/auth.ts';
import { headerReader, type OwnHeaders } from '../../request/context.ts';
import { gatewayError } from '../../request/errors.ts';

/**
 * Says whose a connection is: one person's as long as it lasts, under one token after the other (docs/LIVE-
 * PROTOCOL.md).
 */
export interface Session {
  /** Null for whoever has not signed in. */
  readonly viewer: Viewer | null;
  /** The header as the client sent it: with `AUTH=off`, nobody looks at it. */
  readonly authorization: string | undefined;
  /**
   * Goes on under another token of the same person. Tokens count in the order of these calls.
   *
   * @throws GraphQLError UNAUTHENTICATED, FORBIDDEN or UNAVAILABLE; the token before it counts on
   */
  renew(authorization: string): Promise<void>;
  /**
   * Takes a further request of the connection, which must be the same person's. A token that lasts longer than the one
   * before goes on in its place.
   *
   * @throws GraphQLError as `renew`
   */
  admit(authorization: string | undefined): Promise<void>;
  /** Called when a token brought other scopes or roles. Answers what ends that. */
  onRightsChanged(listener: () => void): () => void;
  /** The connection is gone: nothing of the session is left. */
  close(): void;
}

/** Why a session ends its connection. */
export type SessionEnd = 'expired' | 'revoked';

export interface SessionsOptions {
  auth: Pick<Auth, 'viewerOf' | 'revocations'>;
  now(): number;
}

/** `setTimeout` takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The sessions of all live doors. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #listed: ListedSessions = new Map();
  readonly #unlisten: () => void;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#unlisten = options.auth.revocations.onRevoked((sessionId) => {
      for (const session of [...(this.#listed.get(sessionId) ?? [])]) session.end('revoked');
    });
  }

  /**
   * Opens the session of a connection. `end` is called once, when its last token expired or was revoked.
   *
   * @throws GraphQLError UNAUTHENTICATED or UNAVAILABLE
   */
  async open(authorization: string | undefined, end: (why: SessionEnd) => void): Promise<Session> {
    const viewer = await this.#options.auth.viewerOf(authorization);
    const session = new OpenSession(this.#options, this.#listed, end);
    session.take(viewer, authorization);
    return session;
  }

  close(): void {
    this.#unlisten();
  }
}

/** By the session id of their tokens. */
type ListedSessions = Map<string, Set<OpenSession>>;

class OpenSession implements Session {
  viewer: Viewer | null = null;
  authorization: string | undefined;
  readonly #options: SessionsOptions;
  readonly #listed: ListedSessions;
  readonly #onEnd: (why: SessionEnd) => void;
  #listeners: Set<() => void> | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #isOver = false;
  /** The last renewal: the next one waits for it. */
  #renewal: Promise<void> | undefined;

  constructor(options: SessionsOptions, listed: ListedSessions, onEnd: (why: SessionEnd) => void) {
    this.#options = options;
    this.#listed = listed;
    this.#onEnd = onEnd;
  }

  take(viewer: Viewer | null, authorization: string | undefined): void {
    if (this.#isOver) return;
    this.#forget();
    this.viewer = viewer;
    this.authorization = authorization;
    if (viewer === null) return;
    const { auth, now } = this.#options;
    const lasts = Math.min(viewer.expiresAt - now(), LONGEST_TIMER_MS);
    this.#expiry = withoutTrace(() => setTimeout(() => this.end('expired'), lasts));
    const { sessionId } = viewer;
    if (sessionId === null) return;
    const others = this.#listed.get(sessionId);
    if (others === undefined) this.#listed.set(sessionId, new Set([this]));
    else others.add(this);
    // It may have been ended between the verdict and the listening.
    if (auth.revocations.isRevoked(sessionId)) this.end('revoked');
  }

  renew(authorization: string): Promise<void> {
    const before = this.#renewal ?? Promise.resolve();
    const renewal = before.then(() => this.#renew(authorization));
    this.#renewal = renewal.catch(() => {});
    return renewal;
  }

  async admit(authorization: string | undefined): Promise<void> {
    const viewer = await this.#options.auth.viewerOf(authorization);
    if (!isSame(viewer, this.viewer)) throw notTheirs(this.viewer);
    if (authorization !== undefined && (viewer?.expiresAt ?? 0) > (this.viewer?.expiresAt ?? 0))
      await this.renew(authorization);
  }

  async #renew(authorization: string): Promise<void> {
    const { viewer: before } = this;
    const viewer = await this.#options.auth.viewerOf(authorization);
    if (!isSame(viewer, before)) throw notTheirs(before);
    this.take(viewer, authorization);
    if (viewer === null || before === null || hasSameRights(viewer, before)) return;
    for (const listener of [...(this.#listeners ?? [])]) listener();
  }

  onRightsChanged(listener: () => void): () => void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    return () => void this.#listeners?.delete(listener);
  }

  end(why: SessionEnd): void {
    if (this.#isOver) return;
    this.close();
    this.#onEnd(why);
  }

  close(): void {
    this.#isOver = true;
    this.#forget();
  }

  #forget(): void {
    clearTimeout(this.#expiry);
    const sessionId = this.viewer?.sessionId ?? '';
    const others = this.#listed.get(sessionId);
    others?.delete(this);
    if (others?.size === 0) this.#listed.delete(sessionId);
  }
}

/** A door knows this of the request that opened a connection. */
export interface OpeningRequest {
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
  /** The client's address, from behind trusted proxies. */
  address: string | undefined;
}

/** Headers for subgraphs, of each moment: a subscription goes on under the token that was handed in last. */
export function callerHeaders(
  opening: OpeningRequest,
  session: Session,
  requestId: string,
): (name: string) => string | undefined {
  const own: OwnHeaders = {
    get authorization() {
      const { viewer, authorization } = session;
      return viewer === null ? authorization : `Bearer ${viewer.token}`;
    },
    'x-request-id': requestId,
    'x-forwarded-for': opening.address,
  };
  return headerReader(own, (name) => opening.header(name));
}

function isSame(one: Viewer | null, other: Viewer | null): boolean {
  return one?.id === other?.id && one?.kind === other?.kind;
}

function hasSameRights(one: Viewer, other: Viewer): boolean {
  return (
    one.scopes.size === other.scopes.size &&
    [...one.scopes].every((scope) => other.scopes.has(scope)) &&
    one.roles.length === other.roles.length &&
    one.roles.every((role) => other.roles.includes(role))
  );
}

function notTheirs(viewer: Viewer | null) {
  const whose = viewer === null ? "nobody's" : "another person's";
  return gatewayError('FORBIDDEN', `This connection is ${whose}: open another one for this token.`, {
    status: 403,
  });
}
