import type { PersonalRecord__Output } from '#gen/proto/fitme/workouts/v1/PersonalRecord.ts';
import type { WorkoutSession__Output } from '#gen/proto/fitme/workouts/v1/WorkoutSession.ts';
import type { WorkoutSessionTotals__Output } from '#gen/proto/fitme/workouts/v1/WorkoutSessionTotals.ts';
import type { WorkoutSet__Output } from '#gen/proto/fitme/workouts/v1/WorkoutSet.ts';
import type { WorkoutWeek__Output } from '#gen/proto/fitme/workouts/v1/WorkoutWeek.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { durationSeconds } from '../../rules/sessions.ts';
import type { RecordRow, TotalsRow, WeekRow } from '../../store/progress.ts';
import type { SessionRow, SetRow } from '../../store/session-reads.ts';
import { formulas, recordKinds, sessionStates, setKinds } from './enums.ts';
import { given } from './given.ts';

/**
 * A session as the proto says it.
 * @param now - The present, milliseconds since 1970: the clock of an open session runs.
 */
export function sessionOf(row: SessionRow, now: number): WorkoutSession__Output {
  const { id, userId, title, localDay, volumeKg, setCount, pausedMs } = row;
  const { workoutAssignmentId, weekNumber, dayNumber, note } = row;
  const clock = {
    startedAt: row.startedAt.getTime(),
    endedAt: row.endedAt?.getTime() ?? null,
    pausedAt: row.pausedAt?.getTime() ?? null,
    pausedMs,
  };
  return {
    id,
    userId,
    title,
    localDay,
    volumeKg,
    setCount,
    state: sessionStates.valueOf(row.state),
    ...given({ workoutAssignmentId, weekNumber, dayNumber, note }),
    startedAt: timestampOf(row.startedAt),
    endedAt: timestampOf(row.endedAt),
    durationSeconds: durationSeconds(clock, now),
  };
}

/** A set as the proto says it. */
export function setOf({
  id,
  workoutSessionId,
  position,
  exerciseId,
  kind,
  doneAt,
  ...values
}: SetRow): WorkoutSet__Output {
  const { reps, loadKg, rpe, durationSeconds: seconds, distanceM } = values;
  return {
    id,
    workoutSessionId,
    position,
    exerciseId,
    kind: setKinds.valueOf(kind),
    ...given({ reps, loadKg, rpe, durationSeconds: seconds, distanceM }),
    doneAt: timestampOf(doneAt),
  };
}

/** A record as the proto says it. */
export function recordOf({
  kind,
  previousValue,
  formula,
  achievedAt,
  ...same
}: RecordRow): PersonalRecord__Output {
  return {
    ...same,
    kind: recordKinds.valueOf(kind),
    ...given({ previousValue }),
    formula: formulas.valueOf(formula),
    achievedAt: timestampOf(achievedAt),
  };
}

/** A week as the proto says it. */
export function weekOf({ userId: _person, ...week }: WeekRow): WorkoutWeek__Output {
  const { dueDayCount, doneDayCount } = week;
  const adherence = dueDayCount === 0 ? null : Math.round((doneDayCount / dueDayCount) * 1_000) / 10;
  return { ...week, ...given({ adherencePercent: adherence }) };
}

/** What a session adds up to, as the proto says it. */
export function totalsOf({ finishedAt, ...same }: TotalsRow): WorkoutSessionTotals__Output {
  return { ...same, finishedAt: timestampOf(finishedAt) };
}
