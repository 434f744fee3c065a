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
      { days: [{ name: 'Legs', exercises: [{ exerciseId, sets: [{ kind: 'WARM_UP', repsMin: 5 }] }] }] },
    ],
  };
  const newPlan = ['createWorkoutPlan', 'CreateWorkoutPlanInput', 'plan { id }'] as const;
  const planId = await make(...newPlan, plan);
  const sharing = { visibility: 'PUBLIC', isTemplate: true };
  const updateSharing = ['updateWorkoutPlanSharing', 'UpdateWorkoutPlanSharingInput', 'plan { id }'] as const;
  await make(...updateSharing, { planId, ...sharing });

  const newSession = ['startWorkoutSession', 'StartWorkoutSessionInput', 'session { id }'] as const;
  const sessionId = await make(...newSession, {});
  const lifted = { kind: 'DROP', reps: 5, loadKg: 102.5, rpe: 8.5 };
  const pulled = { kind: 'WARM_UP', loadKg: 40, rpe: 7, durationS: 60, distanceM: 25.5 };
  const newSet = ['logWorkoutSet', 'LogWorkoutSetInput', 'set { id }'] as const;
  const liftedId = await make(...newSet, { sessionId, exerciseId, ...lifted });
  const pulledId = await make(...newSet, { sessionId, exerciseId: sledId, ...pulled });

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
      key: { planId },
      selection: `plan {
        name version newestVersion {
          description tutorialFileIds: tutorials { id }
          weeks { days { name exercises { exerciseId: exercise { id } sets { kind repsMin } } } }
        }
      }`,
      read: ({ newestVersion, ...same }: Shown) => ({ ...same, ...newestVersion }),
      whole: plan,
      none: { description: null, tutorialFileIds: [] },
    },
    {
      ...common,
      mutation: 'updateWorkoutPlanSharing',
      key: { planId },
      selection: 'plan { visibility isTemplate }',
      whole: sharing,
      none: {},
    },
    {
      ...common,
      mutation: 'updateWorkoutSet',
      key: { setId: liftedId },
      selection: 'set { kind reps loadKg rpe }',
      whole: lifted,
      none: { rpe: null },
    },
    {
      ...common,
      mutation: 'updateWorkoutSet',
      key: { setId: pulledId },
      selection: 'set { kind loadKg rpe durationS distanceM }',
      whole: pulled,
      none: { loadKg: null, rpe: null, durationS: null, distanceM: null },
    },
  ];
};
