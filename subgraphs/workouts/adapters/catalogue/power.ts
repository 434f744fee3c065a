import type { CatalogueExercise } from '../../store/catalogue.ts';

/** Olympic lifts, jumps and throws. */
export const power: readonly CatalogueExercise[] = [
  {
    slug: 'snatch',
    name: 'Snatch',
    category: 'OLYMPIC',
    equipment: ['BARBELL'],
    primary: ['GLUTES', 'QUADRICEPS', 'SHOULDERS'],
    secondary: ['HAMSTRINGS', 'TRAPEZIUS', 'UPPER_BACK'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Grip wide and push the floor away, the bar close to the legs. Once it passes the hips, extend fully, pull yourself under and receive it overhead in a deep squat. Stand up before you drop it.',
  },
  {
    slug: 'power-snatch',
    name: 'Power Snatch',
    category: 'OLYMPIC',
    equipment: ['BARBELL'],
    primary: ['GLUTES', 'SHOULDERS'],
    secondary: ['HAMSTRINGS', 'TRAPEZIUS', 'QUADRICEPS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'As the snatch, but receive the bar with the thighs above parallel. It has to fly higher, so the load is less and the pull faster.',
  },
  {
    slug: 'clean-and-jerk',
    name: 'Clean and Jerk',
    category: 'OLYMPIC',
    equipment: ['BARBELL'],
    primary: ['QUADRICEPS', 'GLUTES', 'SHOULDERS'],
    secondary: ['HAMSTRINGS', 'TRAPEZIUS', 'TRICEPS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Pull the bar to the shoulders and receive it in a front squat, elbows through fast. Stand, settle, dip and drive it overhead into a split, and bring the feet together under it.',
  },
  {
    slug: 'power-clean',
    name: 'Power Clean',
    category: 'OLYMPIC',
    equipment: ['BARBELL'],
    primary: ['GLUTES', 'HAMSTRINGS'],
    secondary: ['QUADRICEPS', 'TRAPEZIUS', 'FOREARMS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Lift the bar past the knees with patience, then jump it up and whip the elbows around it. Catch it on the shoulders in a quarter squat and stand up.',
  },
  {
    slug: 'hang-clean',
    name: 'Hang Clean',
    category: 'OLYMPIC',
    equipment: ['BARBELL'],
    primary: ['GLUTES', 'HAMSTRINGS'],
    secondary: ['QUADRICEPS', 'TRAPEZIUS', 'UPPER_BACK'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Begin standing with the bar above the knees. Push the hips back, then explode upwards and catch the bar on the shoulders. Good for learning the second pull.',
  },
  {
    slug: 'thruster',
    name: 'Thruster',
    category: 'OLYMPIC',
    equipment: ['BARBELL'],
    primary: ['QUADRICEPS', 'SHOULDERS'],
    secondary: ['GLUTES', 'TRICEPS', 'ABDOMINALS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Front squat to full depth and turn the drive out of the bottom straight into a press overhead. One movement, no stop at the shoulders.',
  },
  {
    slug: 'box-jump',
    name: 'Box Jump',
    category: 'PLYOMETRIC',
    equipment: ['BOX'],
    primary: ['QUADRICEPS', 'GLUTES'],
    secondary: ['CALVES', 'HAMSTRINGS'],
    measure: 'REPS',
    instructions:
      'Swing the arms, jump and land softly with both feet whole on the box. Stand up straight, then step down; the jump back is what hurts tendons.',
  },
  {
    slug: 'broad-jump',
    name: 'Broad Jump',
    category: 'PLYOMETRIC',
    equipment: ['BODYWEIGHT'],
    primary: ['GLUTES', 'QUADRICEPS'],
    secondary: ['HAMSTRINGS', 'CALVES'],
    measure: 'DISTANCE',
    instructions:
      'From a standing start, swing the arms and jump as far forward as you can stick the landing. Write down the distance from the line to the heels, in metres.',
  },
  {
    slug: 'jump-squat',
    name: 'Jump Squat',
    category: 'PLYOMETRIC',
    equipment: ['BODYWEIGHT'],
    primary: ['QUADRICEPS', 'GLUTES'],
    secondary: ['CALVES'],
    measure: 'REPS',
    instructions:
      'Squat to parallel, jump as high as you can, and land quietly back into the squat. End the set when the height drops.',
  },
  {
    slug: 'medicine-ball-slam',
    name: 'Medicine Ball Slam',
    category: 'PLYOMETRIC',
    equipment: ['MEDICINE_BALL'],
    primary: ['ABDOMINALS', 'LATS'],
    secondary: ['SHOULDERS', 'GLUTES'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Reach the ball overhead onto the toes, then throw it at the floor in front of you with the whole body. Squat to pick it up. Use a ball that does not bounce.',
  },
  {
    slug: 'burpee',
    name: 'Burpee',
    category: 'PLYOMETRIC',
    equipment: ['BODYWEIGHT'],
    primary: ['QUADRICEPS', 'CHEST'],
    secondary: ['TRICEPS', 'SHOULDERS', 'ABDOMINALS'],
    measure: 'REPS',
    instructions:
      'Drop the chest to the floor, push up, bring the feet back under you and jump with a clap overhead. Find a pace that you can keep.',
  },
];
