import type { CatalogueExercise } from '../../store/catalogue.ts';

/** Presses and all else that pushes. */
export const push: readonly CatalogueExercise[] = [
  {
    slug: 'bench-press',
    name: 'Bench Press',
    category: 'STRENGTH',
    equipment: ['BARBELL', 'BENCH'],
    primary: ['CHEST'],
    secondary: ['TRICEPS', 'SHOULDERS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Lie with the eyes under the bar, shoulder blades pulled together, feet on the floor. Lower the bar to the lower breastbone with the elbows at about 60 degrees, touch, and press it up and slightly back. Use safeties or a spotter.',
  },
  {
    slug: 'incline-bench-press',
    name: 'Incline Bench Press',
    category: 'STRENGTH',
    equipment: ['BARBELL', 'BENCH'],
    primary: ['CHEST', 'SHOULDERS'],
    secondary: ['TRICEPS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Set the bench to about 30 degrees. Lower the bar to the upper chest and press it straight up over the shoulders while the shoulder blades stay on the bench.',
  },
  {
    slug: 'dumbbell-bench-press',
    name: 'Dumbbell Bench Press',
    category: 'STRENGTH',
    equipment: ['DUMBBELL', 'BENCH'],
    primary: ['CHEST'],
    secondary: ['TRICEPS', 'SHOULDERS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Bring the dumbbells up with the knees and lie back. Lower them beside the chest until the upper arms are just below the bench and press until they nearly meet. Write down the load of both together.',
  },
  {
    slug: 'close-grip-bench-press',
    name: 'Close-Grip Bench Press',
    category: 'STRENGTH',
    equipment: ['BARBELL', 'BENCH'],
    primary: ['TRICEPS'],
    secondary: ['CHEST', 'SHOULDERS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Grip the bar at shoulder width, no closer, to spare the wrists. Keep the elbows near the body, touch low on the chest and press.',
  },
  {
    slug: 'dumbbell-fly',
    name: 'Dumbbell Fly',
    category: 'STRENGTH',
    equipment: ['DUMBBELL', 'BENCH'],
    primary: ['CHEST'],
    secondary: ['SHOULDERS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Hold the dumbbells over the chest with slightly bent elbows. Open the arms in a wide arc until the chest is stretched, then close them as if around a barrel. The elbows keep their angle.',
  },
  {
    slug: 'cable-crossover',
    name: 'Cable Crossover',
    category: 'STRENGTH',
    equipment: ['CABLE'],
    primary: ['CHEST'],
    secondary: ['SHOULDERS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Stand between two high pulleys with one foot in front. Bring the handles down and together in front of the hips, cross them a little, and let the arms open under control.',
  },
  {
    slug: 'push-up',
    name: 'Push-Up',
    category: 'STRENGTH',
    equipment: ['BODYWEIGHT'],
    primary: ['CHEST', 'TRICEPS'],
    secondary: ['SHOULDERS', 'ABDOMINALS'],
    measure: 'REPS',
    instructions:
      'Hands under the shoulders, body in one line from head to heels. Lower until the chest is a fist above the floor with the elbows pointing back and out, and press up without letting the hips sag.',
  },
  {
    slug: 'dip',
    name: 'Dip',
    category: 'STRENGTH',
    equipment: ['PULL_UP_BAR'],
    primary: ['TRICEPS', 'CHEST'],
    secondary: ['SHOULDERS'],
    measure: 'REPS',
    instructions:
      'Support yourself on parallel bars with straight arms. Lower until the shoulders are level with the elbows, leaning forward a little, and press up. Stop where the front of the shoulder begins to pinch.',
  },
  {
    slug: 'overhead-press',
    name: 'Overhead Press',
    category: 'STRENGTH',
    equipment: ['BARBELL'],
    primary: ['SHOULDERS'],
    secondary: ['TRICEPS', 'TRAPEZIUS', 'ABDOMINALS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Start with the bar on the collarbones and the forearms upright. Squeeze the glutes, move the head back, press the bar past the face and push the head through once it has passed. Finish over the middle of the foot.',
  },
  {
    slug: 'push-press',
    name: 'Push Press',
    category: 'STRENGTH',
    equipment: ['BARBELL'],
    primary: ['SHOULDERS'],
    secondary: ['TRICEPS', 'QUADRICEPS', 'GLUTES'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'From the front of the shoulders, dip straight down a hand’s width and drive up hard. Let the legs start the bar and the arms finish it overhead.',
  },
  {
    slug: 'seated-dumbbell-shoulder-press',
    name: 'Seated Dumbbell Shoulder Press',
    category: 'STRENGTH',
    equipment: ['DUMBBELL', 'BENCH'],
    primary: ['SHOULDERS'],
    secondary: ['TRICEPS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Sit against an upright bench with the dumbbells at ear height. Press them up and slightly together, then lower until the elbows are just below the shoulders. Write down the load of both together.',
  },
  {
    slug: 'lateral-raise',
    name: 'Lateral Raise',
    category: 'STRENGTH',
    equipment: ['DUMBBELL'],
    primary: ['SHOULDERS'],
    secondary: ['TRAPEZIUS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'With a slight bend in the elbows, raise the arms a little in front of the body to shoulder height. Lead with the elbows, do not shrug, and lower in two seconds.',
  },
  {
    slug: 'pike-push-up',
    name: 'Pike Push-Up',
    category: 'STRENGTH',
    equipment: ['BODYWEIGHT'],
    primary: ['SHOULDERS'],
    secondary: ['TRICEPS'],
    measure: 'REPS',
    instructions:
      'Lift the hips so that the body is an upside-down V. Lower the head to a point in front of the hands, and press back to where you came from.',
  },
  {
    slug: 'triceps-pushdown',
    name: 'Triceps Pushdown',
    category: 'STRENGTH',
    equipment: ['CABLE'],
    primary: ['TRICEPS'],
    secondary: [],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Stand at a high pulley with the elbows pinned to the sides. Push the bar or rope down until the arms are straight, squeeze, and let it rise to a right angle.',
  },
  {
    slug: 'overhead-triceps-extension',
    name: 'Overhead Triceps Extension',
    category: 'STRENGTH',
    equipment: ['DUMBBELL'],
    primary: ['TRICEPS'],
    secondary: ['SHOULDERS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Hold one dumbbell overhead with both hands. Lower it behind the head with the elbows pointing forward, feel the stretch, and straighten the arms.',
  },
];
