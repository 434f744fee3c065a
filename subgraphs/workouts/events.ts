import type { EventDraft } from '#platform/events/event.ts';

/** The topic of a person's training. */
export function personTopic(personId: string): string {
  return `workouts.person.${personId}`;
}

/** The topic of what is measured of a person's body. */
export function measurementsTopic(personId: string): string {
  return `workouts.measurements.${personId}`;
}

/** A session, as far as its events tell of it. */
export interface SessionSubjects {
  sessionId: string;
  personId: string;
}

/** Somebody began to train. */
export function sessionStarted(subjects: SessionSubjects): EventDraft {
  return inTraining(subjects, 'session-started', { workoutSessionStarted: subjects });
}

/** A set was logged, changed or taken back, or the clock was stopped or goes on. */
export function sessionChanged(subjects: SessionSubjects): EventDraft {
  return inTraining(subjects, 'session-changed', { workoutSessionChanged: subjects });
}

/** A session is done. */
export function sessionFinished(subjects: SessionSubjects): EventDraft {
  return inTraining(subjects, 'session-finished', { sessionFinished: subjects });
}

/** A session was given up. */
export function sessionAbandoned(subjects: SessionSubjects): EventDraft {
  return inTraining(subjects, 'session-abandoned', { workoutSessionAbandoned: subjects });
}

/** Somebody did better than ever before. */
export function recordBroken(
  subjects: SessionSubjects & { recordId: string; exerciseId: string },
): EventDraft {
  return inTraining(subjects, 'record-broken', { recordBroken: subjects });
}

/** An assignment, as far as its events tell of it. */
export interface AssignmentSubjects {
  assignmentId: string;
  personId: string;
  /** Empty where nobody did it: its time was over. */
  actorId: string;
  planId: string;
}

/** Somebody follows a plan from now on. */
export function planAssigned(subjects: AssignmentSubjects): EventDraft {
  return inTraining(subjects, 'plan-assigned', { workoutPlanAssigned: subjects });
}

/** An assignment goes on with another version. */
export function assignmentChanged(subjects: AssignmentSubjects): EventDraft {
  return inTraining(subjects, 'assignment-changed', { workoutAssignmentChanged: subjects });
}

/** An assignment came to its end. */
export function assignmentEnded(subjects: AssignmentSubjects): EventDraft {
  return inTraining(subjects, 'assignment-ended', { workoutAssignmentEnded: subjects });
}

/** Something was measured, or with an empty id: a measurement is gone. */
export function measurementsChanged(personId: string, measurementId: string): EventDraft {
  return {
    topic: measurementsTopic(personId),
    kind: 'workouts.measurements-changed',
    payload: { measurementsChanged: { personId, measurementId } },
  };
}

/** A trainer may see more of a topic about a person, or no more. */
export function accessChanged(topic: string, personId: string, trainerId: string): EventDraft {
  return {
    topic,
    kind: 'workouts.access-changed',
    payload: { workoutAccessChanged: { personId, trainerId } },
  };
}

function inTraining(
  { personId }: { personId: string },
  kind: string,
  payload: EventDraft['payload'],
): EventDraft {
  return { topic: personTopic(personId), kind: `workouts.${kind}`, payload };
}
