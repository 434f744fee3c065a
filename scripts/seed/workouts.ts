import type { AssignmentsServiceDefinition } from '#gen/proto/fitme/workouts/v1/AssignmentsService.ts';
import type { ExercisesServiceDefinition } from '#gen/proto/fitme/workouts/v1/ExercisesService.ts';
import type { MeasurementsServiceDefinition } from '#gen/proto/fitme/workouts/v1/MeasurementsService.ts';
import type { PlansServiceDefinition } from '#gen/proto/fitme/workouts/v1/PlansService.ts';
import type { SessionsServiceDefinition } from '#gen/proto/fitme/workouts/v1/SessionsService.ts';
import { addDays, mondayOf } from '#platform/days.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { Services } from './host.ts';
import { DEMO } from './people.ts';

/** The services, as one of the people who train sees them. */
type Trainee = Pick<Services, 'service'>;

const exercisesService = serviceName<ExercisesServiceDefinition>('fitme.workouts.v1.ExercisesService');
const plansService = serviceName<PlansServiceDefinition>('fitme.workouts.v1.PlansService');
export const assignmentsService = serviceName<AssignmentsServiceDefinition>(
  'fitme.workouts.v1.AssignmentsService',
);
export const sessionsService = serviceName<SessionsServiceDefinition>('fitme.workouts.v1.SessionsService');
export const measurementsService = serviceName<MeasurementsServiceDefinition>(
  'fitme.workouts.v1.MeasurementsService',
);

/** An exercise as a day of the plan has it. */
interface SeedExercise {
  /** As the catalogue calls it. */
  name: string;
  sets: number;
  reps: number;
  /** In the first week; null where the body is the load. */
  loadKg: number | null;
  incrementKg?: number;
}

const PLAN_NAME = 'Strength for runners';

/** What Lena wrote: two days a week, for four weeks, the last one easier. */
const DAYS: readonly { name: string; weekday: number; exercises: readonly SeedExercise[] }[] = [
  {
    name: 'Squat and pull',
    weekday: 1,
    exercises: [
      { name: 'Back Squat', sets: 3, reps: 5, loadKg: 50, incrementKg: 2.5 },
      { name: 'One-Arm Dumbbell Row', sets: 3, reps: 10, loadKg: 16, incrementKg: 2 },
      { name: 'Push-Up', sets: 2, reps: 12, loadKg: null },
    ],
  },
  {
    name: 'Hinge and push',
    weekday: 4,
    exercises: [
      { name: 'Romanian Deadlift', sets: 3, reps: 8, loadKg: 55, incrementKg: 2.5 },
      { name: 'Overhead Press', sets: 3, reps: 6, loadKg: 25, incrementKg: 1 },
      { name: 'Standing Calf Raise', sets: 2, reps: 15, loadKg: 40, incrementKg: 5 },
    ],
  },
];

/** Who follows the plan, what part of its loads they lift, and which of its days they have left out ("week/day"). */
const FOLLOWERS = [
  { handle: DEMO, share: 1, left: ['2/2'] },
  { handle: 'theo', share: 2, left: [] },
];

/** Body weights of the demo user in kg, one a week, the last one this week. */
const WEIGHTS_KG = [64.8, 64.5, 64.6, 64.1, 63.9];

const DAY_MS = 24 * 60 * 60_000;

/**
 * A plan that a trainer has made public, two people who have followed it for three weeks, and what the demo user weighs.
 * @param memberOf - Somebody by their handle.
 */
export async function makeWorkouts(memberOf: (handle: string) => Trainee, now = Date.now()): Promise<void> {
  const workoutPlanId = await writePlan(memberOf('lena'));
  const today = new Date(now).toISOString().slice(0, 10);
  const startsOn = addDays(mondayOf(today), -21);
  await Promise.all([
    ...FOLLOWERS.map(({ handle, share, left }) => {
      const days = { startsOn, share, left: new Set<string>(left) };
      return train(memberOf(handle), workoutPlanId, days);
    }),
    weigh(memberOf(DEMO), now),
  ]);
}

async function writePlan(coach: Trainee): Promise<string> {
  const idOf = await exerciseIds(coach);
  const days = DAYS.map(({ name, weekday, exercises }) => ({
    name,
    weekday,
    exercises: exercises.map((exercise) => ({
      exerciseId: idOf(exercise.name),
      sets: Array.from({ length: exercise.sets }, () => plannedSet(exercise)),
      progression: exercise.incrementKg
        ? { kind: 'WORKOUT_PROGRESSION_KIND_LINEAR' as const, incrementKg: exercise.incrementKg }
        : null,
    })),
  }));
  const plans = coach.service(plansService);
  const { workoutPlan } = await plans.createWorkoutPlan({
    name: PLAN_NAME,
    description: 'Two short days a week beside your runs. Leave two repetitions in the tank.',
    weeks: [{ days }, { days }, { days }, { days, deloadPercent: 60 }],
    template: true,
    idempotencyKey: 'seed-plan',
  });
  const workoutPlanId = workoutPlan?.id ?? '';
  const sharing = { workoutPlanId, visibility: 'WORKOUT_PLAN_VISIBILITY_PUBLIC', template: true } as const;
  await plans.updateWorkoutPlanSharing(sharing);
  return workoutPlanId;
}

function plannedSet({ reps, loadKg }: SeedExercise) {
  const kind = 'WORKOUT_SET_KIND_WORKING' as const;
  return { kind, minReps: reps, restSeconds: 120, ...(loadKg !== null && { loadKg }) };
}

interface SeedTraining {
  startsOn: string;
  share: number;
  left: ReadonlySet<string>;
}

/** One session after the other, as people have one open at most. */
async function train(
  trainee: Trainee,
  workoutPlanId: string,
  { startsOn, share, left }: SeedTraining,
): Promise<void> {
  const [assignments, sessions] = [trainee.service(assignmentsService), trainee.service(sessionsService)];
  const idOf = await exerciseIds(trainee);
  const follow = { workoutPlanId, startsOn, idempotencyKey: `seed-${startsOn}` };
  const { workoutAssignment } = await assignments.followWorkoutPlan(follow);
  const workoutAssignmentId = workoutAssignment?.id ?? '';
  for (const week of [1, 2, 3]) {
    for (const [index, { weekday, exercises }] of DAYS.entries()) {
      const day = index + 1;
      if (left.has(`${week}/${day}`)) continue;
      const startedAt = Date.parse(addDays(startsOn, (week - 1) * 7 + weekday - 1)) + (17 * 60 + 10) * 60_000;
      const key = `seed-${startsOn}-${week}-${day}`;
      const { workoutSession } = await sessions.startWorkoutSession({
        plannedDay: { workoutAssignmentId, weekNumber: week, dayNumber: day },
        startedAt: timestampOf(startedAt),
        idempotencyKey: key,
      });
      const workoutSessionId = workoutSession?.id ?? '';
      const sets = exercises.flatMap((exercise) =>
        Array.from({ length: exercise.sets }, () => ({
          exerciseId: idOf(exercise.name),
          reps: exercise.reps,
          ...(exercise.loadKg !== null && {
            loadKg: (exercise.loadKg + (week - 1) * (exercise.incrementKg ?? 0)) * share,
          }),
        })),
      );
      for (const [place, set] of sets.entries()) {
        await sessions.logWorkoutSet({
          workoutSessionId,
          kind: 'WORKOUT_SET_KIND_WORKING',
          ...set,
          doneAt: timestampOf(startedAt + (place + 1) * 4 * 60_000),
          idempotencyKey: `${key}-${place}`,
        });
      }
      await sessions.finishWorkoutSession({
        workoutSessionId,
        endedAt: timestampOf(startedAt + (sets.length + 2) * 4 * 60_000),
      });
    }
  }
}

async function weigh(trainee: Trainee, now: number): Promise<void> {
  const measurements = trainee.service(measurementsService);
  const midnight = Math.floor(now / DAY_MS) * DAY_MS;
  for (const [index, value] of WEIGHTS_KG.entries()) {
    const measuredAt = midnight - (WEIGHTS_KG.length - 1 - index) * 7 * DAY_MS;
    await measurements.recordBodyMeasurement({
      kind: 'BODY_MEASUREMENT_KIND_BODY_WEIGHT',
      value,
      unit: 'BODY_MEASUREMENT_UNIT_KILOGRAM',
      measuredAt: timestampOf(measuredAt),
      idempotencyKey: `seed-${measuredAt}`,
    });
  }
}

/** Ids of the catalogue by name. */
async function exerciseIds(trainee: Trainee): Promise<(name: string) => string> {
  const exercises = trainee.service(exercisesService);
  const names = [...new Set(DAYS.flatMap((day) => day.exercises.map(({ name }) => name)))];
  const found = await Promise.all(names.map((text) => exercises.searchExercises({ text })));
  const all = found.flatMap(({ edges }) => edges.map(({ exercise }) => exercise));
  return (name) => {
    const id = all.find((exercise) => exercise?.name === name)?.id;
    if (id === undefined) throw new Error(`The catalogue has no ${name}.`);
    return id;
  };
}
