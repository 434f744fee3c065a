import type { CatalogueExercise } from '../../store/catalogue.ts';

/** Squats, lunges and all else that the legs do. */
export const legs: readonly CatalogueExercise[] = [
  {
    slug: 'back-squat',
    name: 'Back Squat',
    category: 'STRENGTH',
    equipment: ['BARBELL'],
    primary: ['QUADRICEPS', 'GLUTES'],
    secondary: ['HAMSTRINGS', 'ADDUCTORS', 'LOWER_BACK', 'ABDOMINALS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Set the bar on the upper back, feet at shoulder width, toes a little out. Breathe in and brace, then sit down between the heels until the hip crease is below the knee. Drive up with the whole foot and keep the chest over the hips.',
  },
  {
    slug: 'front-squat',
    name: 'Front Squat',
    category: 'STRENGTH',
    equipment: ['BARBELL'],
    primary: ['QUADRICEPS'],
    secondary: ['GLUTES', 'UPPER_BACK', 'ABDOMINALS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Rest the bar on the front of the shoulders, elbows high, fingers only guiding it. Go down upright until the thighs are below parallel. Lead the way up with the elbows; the set is over when they drop.',
  },
  {
    slug: 'goblet-squat',
    name: 'Goblet Squat',
    category: 'STRENGTH',
    equipment: ['DUMBBELL'],
    primary: ['QUADRICEPS', 'GLUTES'],
    secondary: ['ADDUCTORS', 'ABDOMINALS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Hold one dumbbell upright against the breastbone. Squat down between the knees, pushing them out with the elbows at the bottom. Stand up without letting the weight pull the chest forward.',
  },
  {
    slug: 'air-squat',
    name: 'Air Squat',
    category: 'STRENGTH',
    equipment: ['BODYWEIGHT'],
    primary: ['QUADRICEPS', 'GLUTES'],
    secondary: ['HAMSTRINGS', 'CALVES'],
    measure: 'REPS',
    instructions:
      'Stand with feet at shoulder width and arms in front for balance. Sit back and down below parallel with the heels on the floor, then stand up tall and finish with hips and knees straight.',
  },
  {
    slug: 'box-squat',
    name: 'Box Squat',
    category: 'STRENGTH',
    equipment: ['BARBELL', 'BOX'],
    primary: ['GLUTES', 'HAMSTRINGS'],
    secondary: ['QUADRICEPS', 'LOWER_BACK'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Put a box behind you at parallel height. Sit back under control until you rest on it with shins upright, stay tight for a moment, and stand up without rocking forward.',
  },
  {
    slug: 'hack-squat',
    name: 'Hack Squat',
    category: 'STRENGTH',
    equipment: ['MACHINE'],
    primary: ['QUADRICEPS'],
    secondary: ['GLUTES', 'ADDUCTORS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Lean into the back pad with the feet in the middle of the plate. Release the catches and go down as far as the lower back stays on the pad. Push evenly through both feet and stop just short of locked knees.',
  },
  {
    slug: 'leg-press',
    name: 'Leg Press',
    category: 'STRENGTH',
    equipment: ['MACHINE'],
    primary: ['QUADRICEPS', 'GLUTES'],
    secondary: ['HAMSTRINGS', 'ADDUCTORS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Place the feet at hip width on the sled. Lower it until the knees are bent to about a right angle and the hips still lie on the seat. Press out without slamming the knees straight.',
  },
  {
    slug: 'bulgarian-split-squat',
    name: 'Bulgarian Split Squat',
    category: 'STRENGTH',
    equipment: ['DUMBBELL', 'BENCH'],
    primary: ['QUADRICEPS', 'GLUTES'],
    secondary: ['HAMSTRINGS', 'ADDUCTORS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Rest the back foot on a bench and take a long step forward, a dumbbell in each hand. Lower straight down until the back knee nearly touches the floor, then push up through the front heel. Count the repetitions of one leg.',
  },
  {
    slug: 'walking-lunge',
    name: 'Walking Lunge',
    category: 'STRENGTH',
    equipment: ['DUMBBELL'],
    primary: ['QUADRICEPS', 'GLUTES'],
    secondary: ['HAMSTRINGS', 'CALVES'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Step forward far enough that both knees bend to a right angle. Push through the front heel and bring the back leg through into the next step. Keep the trunk upright and the steps in two lanes, not on one line.',
  },
  {
    slug: 'reverse-lunge',
    name: 'Reverse Lunge',
    category: 'STRENGTH',
    equipment: ['DUMBBELL'],
    primary: ['GLUTES', 'QUADRICEPS'],
    secondary: ['HAMSTRINGS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'From standing, step back onto the ball of one foot and lower the knee towards the floor. Pull yourself up with the front leg, which carries nearly all of the weight.',
  },
  {
    slug: 'step-up',
    name: 'Step-Up',
    category: 'STRENGTH',
    equipment: ['BOX', 'DUMBBELL'],
    primary: ['QUADRICEPS', 'GLUTES'],
    secondary: ['CALVES'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Put the whole foot on a box at knee height. Stand up on it without pushing off with the lower leg, finish tall, and lower yourself slowly.',
  },
  {
    slug: 'pistol-squat',
    name: 'Pistol Squat',
    category: 'STRENGTH',
    equipment: ['BODYWEIGHT'],
    primary: ['QUADRICEPS'],
    secondary: ['GLUTES', 'HIP_FLEXORS', 'ABDOMINALS'],
    measure: 'REPS',
    instructions:
      'Stand on one leg and hold the other straight in front. Sit all the way down with the heel on the floor and the arms forward, then stand up without touching down. Hold on to a post until it works freely.',
  },
  {
    slug: 'leg-extension',
    name: 'Leg Extension',
    category: 'STRENGTH',
    equipment: ['MACHINE'],
    primary: ['QUADRICEPS'],
    secondary: [],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Line the knees up with the pivot and the pad above the ankles. Straighten the legs, squeeze for a second, and take twice as long on the way down.',
  },
  {
    slug: 'lying-leg-curl',
    name: 'Lying Leg Curl',
    category: 'STRENGTH',
    equipment: ['MACHINE'],
    primary: ['HAMSTRINGS'],
    secondary: ['CALVES'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Lie face down with the pad just above the heels. Curl the heels to the buttocks while the hips stay on the bench, and let the weight down slowly.',
  },
  {
    slug: 'nordic-hamstring-curl',
    name: 'Nordic Hamstring Curl',
    category: 'STRENGTH',
    equipment: ['BODYWEIGHT'],
    primary: ['HAMSTRINGS'],
    secondary: ['GLUTES', 'CALVES'],
    measure: 'REPS',
    instructions:
      'Kneel with the ankles held down. With hips straight, lean forward as slowly as you can, catch yourself with the hands, and push back up only as much as you must.',
  },
  {
    slug: 'standing-calf-raise',
    name: 'Standing Calf Raise',
    category: 'STRENGTH',
    equipment: ['MACHINE'],
    primary: ['CALVES'],
    secondary: [],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Stand with the balls of the feet on the edge. Let the heels sink until the calves are stretched, wait a second, and rise as high as you can with straight knees.',
  },
  {
    slug: 'seated-calf-raise',
    name: 'Seated Calf Raise',
    category: 'STRENGTH',
    equipment: ['MACHINE'],
    primary: ['CALVES'],
    secondary: [],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Sit with the pad across the lower thighs and the balls of the feet on the step. Work from a full stretch to a full rise; bent knees leave the work to the deeper calf muscle.',
  },
];
