import type { GraphqlRequest } from '../../request/graphql-request.ts';
import type { Session } from '../connections/sessions.ts';

/** What a client sends, by whichever door that stays open. */
export interface LiveRequest extends GraphqlRequest {
  /** Mutations are refused. */
  isReadOnly?: boolean;
}

/** On whose behalf, and for how long. */
export interface OperationCaller {
  session: Session;
  requestId: string;
  /** Aborts when the connection is gone. */
  signal: AbortSignal;
  header(name: string): string | undefined;
  /** W3C traceparent of what the client did to send the operation. */
  traceparent?: string | undefined;
  /** Where the client resumes, whatever the operation says: the cursor of the last event that it has. */
  lastEventId?: string | undefined;
}
