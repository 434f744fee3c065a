import { signUp } from '#tests/people.ts';
import { create } from './create.ts';
import type { MakeUpdateCases, Shown } from './update-case.ts';
import { uploadPicture } from './upload.ts';

export const workoutUpdates: MakeUpdateCases = async (network) => {
  const { token } = await signUp(network, 'Wanda');
  const make = create(network, 'workouts', token);
  const upload = () => uploadPicture(network, token, 'FILE_PURPOSE_TUTORIAL');

  const muscles = { primaryMuscles: ['QUADRICEPS'], secondaryMuscles: ['GLUTES'] };
  const exercise = {
    name: 'Own squat',
    instructions: 'Go deep.',
    category: 'STRENGTH',
    equipment: ['BARBELL'],
    videoUrl: 'https://wanda.example/squat.mp4',
    videoFileId: await upload(),
  };
  const squat = { ...exercise, ...muscles, measure: 'REPS_AND_LOAD' };
  const newExercise = ['createExercise', 'CreateExerciseInput', 'exercise { id }'] as const;
  const exerciseId = await make(...newExercise, squat);
  const sledId = await make(...newExercise, { ...squat, videoFileId: null, measure: 'DISTANCE' });

  const plan = {
    name: 'Base',
    description: 'Three weeks of squats.',
    tutorialFileIds: [await upload()],
    weeks: [
      { days: [{ name: 'Legs', exercises: [{ exerciseId, sets: [{ kind: 'WARM_UP', minReps: 5 }] }] }] },
    ],
  };
  const newPlan = ['createWorkoutPlan', 'CreateWorkoutPlanInput', 'workoutPlan { id }'] as const;
  const workoutPlanId = await make(...newPlan, plan);
  const sharing = { visibility: 'PUBLIC', template: true };
  const updateSharing = [
    'updateWorkoutPlanSharing',
    'UpdateWorkoutPlanSharingInput',
    'workoutPlan { id }',
  ] as const;
  await make(...updateSharing, { workoutPlanId, ...sharing });

  const newSession = ['startWorkoutSession', 'StartWorkoutSessionInput', 'workoutSession { id }'] as const;
  const workoutSessionId = await make(...newSession, {});
  const lifted = { kind: 'DROP', reps: 5, loadKg: 102.5, rpe: 8.5 };
  const pulled = { kind: 'WARM_UP', loadKg: 40, rpe: 7, durationSeconds: 60, distanceM: 25.5 };
  const newSet = ['logWorkoutSet', 'LogWorkoutSetInput', 'workoutSet { id }'] as const;
  const liftedId = await make(...newSet, { workoutSessionId, exerciseId, ...lifted });
  const pulledId = await make(...newSet, { workoutSessionId, exerciseId: sledId, ...pulled });

  const common = { domain: 'workouts', token };
  return [
    {
      ...common,
      mutation: 'updateExercise',
      key: { exerciseId },
      selection: `exercise {
        name instructions category equipment primaryMuscles secondaryMuscles videoUrl videoFileId: video { id } version
      }`,
      read: ({ primaryMuscles, secondaryMuscles, ...same }: Shown) => ({
        ...{ ...same, muscles: { primaryMuscles, secondaryMuscles } },
      }),
      whole: { ...exercise, muscles },
      none: { instructions: null, 'muscles.secondaryMuscles': [], videoUrl: null, videoFileId: null },
    },
    {
      ...common,
      mutation: 'updateWorkoutPlan',
      key: { workoutPlanId },
      selection: `workoutPlan {
        name version newestVersion {
          description tutorialFileIds: tutorials { id }
          weeks { days { name exercises { exerciseId: exercise { id } sets { kind minReps } } } }
        }
      }`,
      read: ({ newestVersion, ...same }: Shown) => ({ ...same, ...newestVersion }),
      whole: plan,
      none: { description: null, tutorialFileIds: [] },
    },
    {
      ...common,
      mutation: 'updateWorkoutPlanSharing',
      key: { workoutPlanId },
      selection: 'workoutPlan { visibility template }',
      whole: sharing,
      none: {},
    },
    {
      ...common,
      mutation: 'updateWorkoutSet',
      key: { workoutSetId: liftedId },
      selection: 'workoutSet { kind reps loadKg rpe }',
      whole: lifted,
      none: { rpe: null },
    },
    {
      ...common,
      mutation: 'updateWorkoutSet',
      key: { workoutSetId: pulledId },
      selection: 'workoutSet { kind loadKg rpe durationSeconds distanceM }',
      whole: pulled,
      none: { loadKg: null, rpe: null, durationSeconds: null, distanceM: null },
    },
  ];
};
