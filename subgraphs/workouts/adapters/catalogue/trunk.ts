import type { CatalogueExercise } from '../../store/catalogue.ts';

/** What holds, bends and turns the trunk. */
export const trunk: readonly CatalogueExercise[] = [
  {
    slug: 'plank',
    name: 'Plank',
    category: 'STRENGTH',
    equipment: ['BODYWEIGHT'],
    primary: ['ABDOMINALS'],
    secondary: ['OBLIQUES', 'SHOULDERS', 'GLUTES'],
    measure: 'DURATION',
    instructions:
      'Rest on forearms and toes with the elbows under the shoulders. Tuck the pelvis, squeeze the glutes and keep one line from ear to ankle. Stop the clock when the hips sink.',
  },
  {
    slug: 'side-plank',
    name: 'Side Plank',
    category: 'STRENGTH',
    equipment: ['BODYWEIGHT'],
    primary: ['OBLIQUES'],
    secondary: ['ABDUCTORS', 'SHOULDERS'],
    measure: 'DURATION',
    instructions:
      'Lie on one side, forearm under the shoulder, feet stacked. Lift the hips until the body is straight and hold. Write down the time of the weaker side.',
  },
  {
    slug: 'hollow-hold',
    name: 'Hollow Hold',
    category: 'STRENGTH',
    equipment: ['BODYWEIGHT'],
    primary: ['ABDOMINALS'],
    secondary: ['HIP_FLEXORS'],
    measure: 'DURATION',
    instructions:
      'On your back, press the lower back into the floor and lift shoulders and straight legs. Lower arms and legs as far as the back stays down, and hold there.',
  },
  {
    slug: 'dead-bug',
    name: 'Dead Bug',
    category: 'STRENGTH',
    equipment: ['BODYWEIGHT'],
    primary: ['ABDOMINALS'],
    secondary: ['HIP_FLEXORS', 'OBLIQUES'],
    measure: 'REPS',
    instructions:
      'Lie on your back, arms up, hips and knees at right angles. Lower one arm and the opposite leg while breathing out, without the lower back leaving the floor, and change sides.',
  },
  {
    slug: 'bird-dog',
    name: 'Bird Dog',
    category: 'STRENGTH',
    equipment: ['BODYWEIGHT'],
    primary: ['LOWER_BACK', 'ABDOMINALS'],
    secondary: ['GLUTES', 'SHOULDERS'],
    measure: 'REPS',
    instructions:
      'On hands and knees, reach one arm and the opposite leg until they are level with the trunk. Imagine a cup of tea on the lower back, hold for two seconds, and change.',
  },
  {
    slug: 'crunch',
    name: 'Crunch',
    category: 'STRENGTH',
    equipment: ['BODYWEIGHT'],
    primary: ['ABDOMINALS'],
    secondary: [],
    measure: 'REPS',
    instructions:
      'Lie with bent knees and the fingertips at the temples. Curl the ribs towards the pelvis until the shoulder blades leave the floor, breathe out at the top, and do not pull the head.',
  },
  {
    slug: 'hanging-leg-raise',
    name: 'Hanging Leg Raise',
    category: 'STRENGTH',
    equipment: ['PULL_UP_BAR'],
    primary: ['ABDOMINALS', 'HIP_FLEXORS'],
    secondary: ['OBLIQUES', 'FOREARMS'],
    measure: 'REPS',
    instructions:
      'Hang still and raise the legs, straight or bent, until the pelvis curls up. Lower them slowly enough that there is no swing to fight.',
  },
  {
    slug: 'ab-wheel-rollout',
    name: 'Ab Wheel Rollout',
    category: 'STRENGTH',
    equipment: ['OTHER'],
    primary: ['ABDOMINALS'],
    secondary: ['LATS', 'OBLIQUES', 'SHOULDERS'],
    measure: 'REPS',
    instructions:
      'Kneel behind an ab wheel with a rounded upper back. Roll forward only as far as the lower back does not sag, and pull the wheel back with the belly, not with the hips.',
  },
  {
    slug: 'cable-woodchop',
    name: 'Cable Woodchop',
    category: 'STRENGTH',
    equipment: ['CABLE'],
    primary: ['OBLIQUES'],
    secondary: ['ABDOMINALS', 'SHOULDERS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Stand side-on to a high pulley. With long arms, pull the handle across the body to the opposite knee and let trunk and back foot turn together. Count the repetitions of one side.',
  },
  {
    slug: 'pallof-press',
    name: 'Pallof Press',
    category: 'STRENGTH',
    equipment: ['CABLE'],
    primary: ['OBLIQUES', 'ABDOMINALS'],
    secondary: ['SHOULDERS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Stand side-on to a pulley at chest height and hold the handle to the breastbone. Press it straight out, resist the turn for two seconds, and bring it back.',
  },
  {
    slug: 'russian-twist',
    name: 'Russian Twist',
    category: 'STRENGTH',
    equipment: ['MEDICINE_BALL'],
    primary: ['OBLIQUES'],
    secondary: ['ABDOMINALS', 'HIP_FLEXORS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Sit leaning back with the heels light on the floor. Turn the ribs, not only the arms, and take the ball beside one hip and then the other. Count the turns to one side.',
  },
  {
    slug: 'farmers-carry',
    name: 'Farmer’s Carry',
    category: 'STRENGTH',
    equipment: ['DUMBBELL'],
    primary: ['FOREARMS', 'TRAPEZIUS'],
    secondary: ['OBLIQUES', 'ABDOMINALS', 'GLUTES'],
    measure: 'DISTANCE',
    instructions:
      'Pick up two heavy weights and walk tall with short, quick steps. Shoulders down, no leaning. Write down the distance and the load of both hands together.',
  },
  {
    slug: 'turkish-get-up',
    name: 'Turkish Get-Up',
    category: 'STRENGTH',
    equipment: ['KETTLEBELL'],
    primary: ['SHOULDERS', 'ABDOMINALS'],
    secondary: ['OBLIQUES', 'GLUTES', 'QUADRICEPS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'From lying with one arm locked overhead, roll to the elbow, to the hand, lift the hips, sweep the leg through to kneeling and stand up. Eyes on the bell. Go back the same way. Count the repetitions of one side.',
  },
];
