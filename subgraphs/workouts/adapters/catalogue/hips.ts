import type { CatalogueExercise } from '../../store/catalogue.ts';

/** Deadlifts, bridges, and what moves the hip to the side. */
export const hips: readonly CatalogueExercise[] = [
  {
    slug: 'deadlift',
    name: 'Deadlift',
    category: 'STRENGTH',
    equipment: ['BARBELL'],
    primary: ['GLUTES', 'HAMSTRINGS', 'LOWER_BACK'],
    secondary: ['QUADRICEPS', 'LATS', 'TRAPEZIUS', 'FOREARMS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Stand with the bar over the middle of the foot and grip it just outside the shins. Bring the shins to the bar, flatten the back and push the floor away. Bar and body stay in contact all the way to standing tall.',
  },
  {
    slug: 'sumo-deadlift',
    name: 'Sumo Deadlift',
    category: 'STRENGTH',
    equipment: ['BARBELL'],
    primary: ['GLUTES', 'QUADRICEPS', 'ADDUCTORS'],
    secondary: ['HAMSTRINGS', 'LOWER_BACK', 'FOREARMS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Take a wide stance with the toes out and grip the bar between the legs. Drop the hips, open the knees over the toes and stand up by spreading the floor.',
  },
  {
    slug: 'romanian-deadlift',
    name: 'Romanian Deadlift',
    category: 'STRENGTH',
    equipment: ['BARBELL'],
    primary: ['HAMSTRINGS', 'GLUTES'],
    secondary: ['LOWER_BACK', 'FOREARMS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Start standing with soft knees. Push the hips back and slide the bar down the thighs until the hamstrings stop you, usually below the knee. Drive the hips forward again without leaning back at the top.',
  },
  {
    slug: 'single-leg-romanian-deadlift',
    name: 'Single-Leg Romanian Deadlift',
    category: 'STRENGTH',
    equipment: ['DUMBBELL'],
    primary: ['HAMSTRINGS', 'GLUTES'],
    secondary: ['ABDUCTORS', 'LOWER_BACK'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Stand on one leg with the weight in the opposite hand. Tip forward as one piece, free leg and trunk on one line and the hips level, then pull yourself upright with the standing leg.',
  },
  {
    slug: 'good-morning',
    name: 'Good Morning',
    category: 'STRENGTH',
    equipment: ['BARBELL'],
    primary: ['HAMSTRINGS', 'LOWER_BACK'],
    secondary: ['GLUTES'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'With a light bar on the upper back, bow from the hips until the trunk is near the horizontal. Knees stay slightly bent, the back does not round, and the glutes bring you up.',
  },
  {
    slug: 'hip-thrust',
    name: 'Hip Thrust',
    category: 'STRENGTH',
    equipment: ['BARBELL', 'BENCH'],
    primary: ['GLUTES'],
    secondary: ['HAMSTRINGS', 'QUADRICEPS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Sit against a bench with a padded bar over the hips. Plant the feet so that the shins are upright at the top, lift until trunk and thighs form one line, and hold for a breath with the chin tucked.',
  },
  {
    slug: 'glute-bridge',
    name: 'Glute Bridge',
    category: 'STRENGTH',
    equipment: ['BODYWEIGHT'],
    primary: ['GLUTES'],
    secondary: ['HAMSTRINGS', 'ABDOMINALS'],
    measure: 'REPS',
    instructions:
      'Lie on your back with the heels close to the buttocks. Tilt the pelvis, lift the hips until they are straight, squeeze, and come down one vertebra after the other.',
  },
  {
    slug: 'kettlebell-swing',
    name: 'Kettlebell Swing',
    category: 'STRENGTH',
    equipment: ['KETTLEBELL'],
    primary: ['GLUTES', 'HAMSTRINGS'],
    secondary: ['LOWER_BACK', 'SHOULDERS', 'FOREARMS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Hike the bell back between the legs, then snap the hips straight so that it floats to chest height. The arms only guide. Let it fall and catch it with the hips, not with the back.',
  },
  {
    slug: 'cable-pull-through',
    name: 'Cable Pull-Through',
    category: 'STRENGTH',
    equipment: ['CABLE'],
    primary: ['GLUTES'],
    secondary: ['HAMSTRINGS', 'LOWER_BACK'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Face away from a low pulley with the rope between the legs. Push the hips back until the hands are behind the knees, then stand up by squeezing the glutes.',
  },
  {
    slug: 'back-extension',
    name: 'Back Extension',
    category: 'STRENGTH',
    equipment: ['BENCH'],
    primary: ['LOWER_BACK'],
    secondary: ['GLUTES', 'HAMSTRINGS'],
    measure: 'REPS',
    instructions:
      'Set the pad below the hip crease. Lower the trunk under control and rise until it is on one line with the legs, no further. Hold a plate to the chest once fifteen are easy.',
  },
  {
    slug: 'hip-abduction-machine',
    name: 'Hip Abduction Machine',
    category: 'STRENGTH',
    equipment: ['MACHINE'],
    primary: ['ABDUCTORS'],
    secondary: ['GLUTES'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Sit upright with the pads outside the knees. Press the legs apart as far as they go, hold for a second, and come back without letting the weight touch down.',
  },
  {
    slug: 'hip-adduction-machine',
    name: 'Hip Adduction Machine',
    category: 'STRENGTH',
    equipment: ['MACHINE'],
    primary: ['ADDUCTORS'],
    secondary: [],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Choose a start that stretches the inside of the thighs without pain. Squeeze the pads together evenly and let them open slowly.',
  },
  {
    slug: 'banded-lateral-walk',
    name: 'Banded Lateral Walk',
    category: 'STRENGTH',
    equipment: ['BAND'],
    primary: ['ABDUCTORS'],
    secondary: ['GLUTES'],
    measure: 'REPS',
    instructions:
      'Put a loop band around the ankles or above the knees and sink into a quarter squat. Step to the side without letting the knees fall in or the feet come together. Count the steps of one direction.',
  },
];
