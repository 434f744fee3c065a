import type { Record__Output } from '#gen/proto/fitme/workouts/v1/Record.ts';
import type { SessionTotals__Output } from '#gen/proto/fitme/workouts/v1/SessionTotals.ts';
import type { TrainingWeek__Output } from '#gen/proto/fitme/workouts/v1/TrainingWeek.ts';
import type { WorkoutSession__Output } from '#gen/proto/fitme/workouts/v1/WorkoutSession.ts';
import type { WorkoutSet__Output } from '#gen/proto/fitme/workouts/v1/WorkoutSet.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { durationS } from '../rules/sessions.ts';
import type { RecordRow, TotalsRow, WeekRow } from '../store/progress.ts';
import type { SessionRow, SetRow } from '../store/session-reads.ts';
import { formulas, recordKinds, sessionStates, setKinds } from './enums.ts';
import { given } from './given.ts';

/**
 * A session as the proto says it.
 * @param now - The present, milliseconds since 1970: the clock of an open session runs.
 */
export function sessionOf(row: SessionRow, now: number): WorkoutSession__Output {
  const { id, userId, title, localDay, volumeKg, setCount, pausedMs } = row;
  const { assignmentId, week, day, note } = row;
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
    ...given({ assignmentId, week, day, note }),
    startedAt: timestampOf(row.startedAt),
    endedAt: timestampOf(row.endedAt),
    durationS: durationS(clock, now),
  };
}

/** A set as the proto says it. */
export function setOf({
  id,
  sessionId,
  position,
  exerciseId,
  kind,
  doneAt,
  ...values
}: SetRow): WorkoutSet__Output {
  const { reps, loadKg, rpe, durationS: seconds, distanceM } = values;
  return {
    id,
    sessionId,
    position,
    exerciseId,
    kind: setKinds.valueOf(kind),
    ...given({ reps, loadKg, rpe, durationS: seconds, distanceM }),
    doneAt: timestampOf(doneAt),
  };
}

/** A record as the proto says it. */
export function recordOf({ kind, previousValue, formula, achievedAt, ...same }: RecordRow): Record__Output {
  return {
    ...same,
    kind: recordKinds.valueOf(kind),
    ...given({ previousValue }),
    formula: formulas.valueOf(formula),
    achievedAt: timestampOf(achievedAt),
  };
}

/** A week as the proto says it. */
export function weekOf({ userId: _person, ...week }: WeekRow): TrainingWeek__Output {
  const { dueCount, doneCount } = week;
  const adherence = dueCount === 0 ? null : Math.round((doneCount / dueCount) * 1_000) / 10;
  return { ...week, ...given({ adherencePercent: adherence }) };
}

/** What a session adds up to, as the proto says it. */
export function totalsOf({ finishedAt, ...same }: TotalsRow): SessionTotals__Output {
  return { ...same, finishedAt: timestampOf(finishedAt) };
}
