import type { EventDraft } from '#platform/event-log/event.ts';

/** The topic of a person's training. */
export function personTopic(userId: string): string {
  return `workouts.person.${userId}`;
}

/** The topic of what is measured of a person's body. */
export function measurementsTopic(userId: string): string {
  return `workouts.measurements.${userId}`;
}

/** A session, as far as its events tell of it. */
export interface SessionSubjects {
  workoutSessionId: string;
  userId: string;
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
  subjects: SessionSubjects & { personalRecordId: string; exerciseId: string },
): EventDraft {
  return inTraining(subjects, 'record-broken', { recordBroken: subjects });
}

/** An assignment, as far as its events tell of it. */
export interface AssignmentSubjects {
  workoutAssignmentId: string;
  userId: string;
  actorId: string;
  workoutPlanId: string;
}

/** Somebody follows a plan from now on. */
export function planAssigned(subjects: AssignmentSubjects): EventDraft {
  return inTraining(subjects, 'plan-assigned', { workoutPlanAssigned: subjects });
}

/** An assignment goes on with another version. */
export function assignmentChanged(subjects: AssignmentSubjects): EventDraft {
  return inTraining(subjects, 'assignment-changed', { workoutAssignmentChanged: subjects });
}

/** An assignment came to its end; where no actor is given, its time was over. */
export function assignmentEnded(
  subjects: Omit<AssignmentSubjects, 'actorId'> & { actorId?: string },
): EventDraft {
  return inTraining(subjects, 'assignment-ended', { workoutAssignmentEnded: subjects });
}

/** Something was measured, or where no id is given: a measurement is gone. */
export function measurementsChanged(userId: string, bodyMeasurementId?: string): EventDraft {
  return {
    topic: measurementsTopic(userId),
    kind: 'workouts.measurements-changed',
    payload: { measurementsChanged: { userId, bodyMeasurementId } },
  };
}

/** A trainer may see more of a topic about a person, or no more. */
export function accessChanged(topic: string, userId: string, trainerId: string): EventDraft {
  return {
    topic,
    kind: 'workouts.access-changed',
    payload: { workoutAccessChanged: { userId, trainerId } },
  };
}

function inTraining(
  { userId }: { userId: string },
  kind: string,
  payload: EventDraft['payload'],
): EventDraft {
  return { topic: personTopic(userId), kind: `workouts.${kind}`, payload };
}
