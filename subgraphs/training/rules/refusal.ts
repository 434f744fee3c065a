/** Words of the registry that rules say. */
export type RefusalReason =
  | 'VERSION_STALE'
  | 'APPOINTMENT_CANCELLED'
  | 'APPOINTMENT_BEGUN'
  | 'APPOINTMENT_OVER'
  | 'RELATIONSHIP_NOT_ACTIVE'
  | 'RELATIONSHIP_NOT_ACCEPTED'
  | 'RELATIONSHIP_PAUSED'
  | 'RELATIONSHIP_ENDED'
  | 'OTHER_SIDE_DECIDES'
  | 'CLASS_SESSION_BEGUN'
  | 'ALREADY_CHECKED_IN'
  | 'BOOKING_CANCELLED'
  | 'BOOKING_WAITING'
  | 'CANCELLATION_TOO_LATE'
  | 'CHECK_IN_CLOSED'
  | 'CLASS_SESSION_CANCELLED'
  | 'WAITING_LIST_FULL';

/** A rule's no, and what to do about it. */
export interface Refusal {
  code: 'INVALID_ARGUMENT' | 'PERMISSION_DENIED' | 'FAILED_PRECONDITION' | 'CONFLICT' | 'RESOURCE_EXHAUSTED';
  /** A word of the registry of reasons, where there is one that says more than the code. */
  reason?: RefusalReason;
  /** What the reason is about. */
  parameters?: { version?: number; minutes?: number };
  message: string;
  /** The request's field that is wrong. */
  field?: string;
}
