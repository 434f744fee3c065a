/** One field that is wrong, and what it takes. */
export interface Fault {
  /** Path from the request, for example "weeks.0.days". */
  path: string;
  message: string;
}

/** A rule's no. */
export interface Refusal {
  code: 'FAILED_PRECONDITION' | 'PERMISSION_DENIED' | 'CONFLICT';
  /** A word of the registry of reasons. */
  reason: 'SESSION_FINISHED' | 'SESSION_ABANDONED';
  message: string;
}
