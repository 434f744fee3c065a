/** A rule's no, and what to do about it. */
export interface Refusal {
  code: 'INVALID_ARGUMENT' | 'PERMISSION_DENIED' | 'FAILED_PRECONDITION' | 'CONFLICT' | 'RESOURCE_EXHAUSTED';
  message: string;
  /** The request's field that is wrong. */
  field?: string;
}
