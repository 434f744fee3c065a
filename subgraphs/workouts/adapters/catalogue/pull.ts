import type { CatalogueExercise } from '../../store/catalogue.ts';

/** Rows, pull-ups and all else that pulls. */
export const pull: readonly CatalogueExercise[] = [
  {
    slug: 'pull-up',
    name: 'Pull-Up',
    category: 'STRENGTH',
    equipment: ['PULL_UP_BAR'],
    primary: ['LATS'],
    secondary: ['BICEPS', 'UPPER_BACK', 'FOREARMS'],
    measure: 'REPS',
    instructions:
      'Hang with the palms away from you and the hands a little wider than the shoulders. Pull the shoulder blades down first, then the elbows to the ribs until the chin is over the bar. Come back to a full hang. Write down added load where you wear some.',
  },
  {
    slug: 'chin-up',
    name: 'Chin-Up',
    category: 'STRENGTH',
    equipment: ['PULL_UP_BAR'],
    primary: ['LATS', 'BICEPS'],
    secondary: ['UPPER_BACK', 'FOREARMS'],
    measure: 'REPS',
    instructions:
      'Hang with the palms towards you at shoulder width. Pull until the collarbones come to the bar without swinging, and lower yourself to straight arms.',
  },
  {
    slug: 'inverted-row',
    name: 'Inverted Row',
    category: 'STRENGTH',
    equipment: ['PULL_UP_BAR'],
    primary: ['UPPER_BACK', 'LATS'],
    secondary: ['BICEPS', 'ABDOMINALS'],
    measure: 'REPS',
    instructions:
      'Hang under a bar at hip height with straight legs. Pull the chest to the bar with the body in one line. The lower the bar, the harder it is.',
  },
  {
    slug: 'barbell-row',
    name: 'Barbell Row',
    category: 'STRENGTH',
    equipment: ['BARBELL'],
    primary: ['UPPER_BACK', 'LATS'],
    secondary: ['BICEPS', 'LOWER_BACK', 'FOREARMS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Bend forward from the hips with a flat back, the bar below the shoulders. Row it to the lower ribs, hold for a moment, and lower it without standing up.',
  },
  {
    slug: 'pendlay-row',
    name: 'Pendlay Row',
    category: 'STRENGTH',
    equipment: ['BARBELL'],
    primary: ['UPPER_BACK'],
    secondary: ['LATS', 'BICEPS', 'LOWER_BACK'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Keep the trunk level with the floor. Pull the bar from a dead stop to the chest fast and set it down again; every repetition begins on the floor.',
  },
  {
    slug: 'one-arm-dumbbell-row',
    name: 'One-Arm Dumbbell Row',
    category: 'STRENGTH',
    equipment: ['DUMBBELL', 'BENCH'],
    primary: ['LATS', 'UPPER_BACK'],
    secondary: ['BICEPS', 'FOREARMS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Rest one hand and knee on a bench. Let the shoulder reach down, then pull the dumbbell towards the hip in an arc without turning the trunk. Count the repetitions of one arm.',
  },
  {
    slug: 'chest-supported-row',
    name: 'Chest-Supported Row',
    category: 'STRENGTH',
    equipment: ['DUMBBELL', 'BENCH'],
    primary: ['UPPER_BACK'],
    secondary: ['LATS', 'BICEPS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Lie face down on a bench set to 30 degrees. Row both dumbbells with the elbows out at 45 degrees and squeeze the shoulder blades. The bench spares the lower back.',
  },
  {
    slug: 'seated-cable-row',
    name: 'Seated Cable Row',
    category: 'STRENGTH',
    equipment: ['CABLE'],
    primary: ['UPPER_BACK', 'LATS'],
    secondary: ['BICEPS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Sit tall with bent knees. Pull the handle to the navel, chest out, and let the arms and shoulder blades reach forward on the way back while the trunk stays still.',
  },
  {
    slug: 'lat-pulldown',
    name: 'Lat Pulldown',
    category: 'STRENGTH',
    equipment: ['CABLE'],
    primary: ['LATS'],
    secondary: ['BICEPS', 'UPPER_BACK'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Fix the thighs under the pads and grip the bar wide. Lean back slightly and pull the bar to the upper chest with the elbows leading. Let it up until the arms are long.',
  },
  {
    slug: 'straight-arm-pulldown',
    name: 'Straight-Arm Pulldown',
    category: 'STRENGTH',
    equipment: ['CABLE'],
    primary: ['LATS'],
    secondary: ['TRICEPS', 'ABDOMINALS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Stand back from a high pulley with nearly straight arms. Sweep the bar down to the thighs and feel the lats rather than the arms.',
  },
  {
    slug: 'face-pull',
    name: 'Face Pull',
    category: 'STRENGTH',
    equipment: ['CABLE'],
    primary: ['SHOULDERS', 'UPPER_BACK'],
    secondary: ['TRAPEZIUS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Set a rope at face height. Pull it towards the forehead, hands apart and thumbs pointing behind you, so that the shoulders turn outwards at the end.',
  },
  {
    slug: 'reverse-fly',
    name: 'Reverse Fly',
    category: 'STRENGTH',
    equipment: ['DUMBBELL'],
    primary: ['SHOULDERS', 'UPPER_BACK'],
    secondary: ['TRAPEZIUS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Bend forward with a flat back and let light dumbbells hang. Raise the arms to the sides until they are level with the back, without swinging.',
  },
  {
    slug: 'dumbbell-shrug',
    name: 'Dumbbell Shrug',
    category: 'STRENGTH',
    equipment: ['DUMBBELL'],
    primary: ['TRAPEZIUS'],
    secondary: ['FOREARMS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Stand tall with heavy dumbbells. Lift the shoulders straight up towards the ears, hold for a second, and lower them all the way. Do not roll them.',
  },
  {
    slug: 'barbell-curl',
    name: 'Barbell Curl',
    category: 'STRENGTH',
    equipment: ['BARBELL'],
    primary: ['BICEPS'],
    secondary: ['FOREARMS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Stand with the elbows at the sides. Curl the bar to the shoulders without moving the upper arms, and lower it to straight arms. If the hips help, the load is too high.',
  },
  {
    slug: 'dumbbell-curl',
    name: 'Dumbbell Curl',
    category: 'STRENGTH',
    equipment: ['DUMBBELL'],
    primary: ['BICEPS'],
    secondary: ['FOREARMS'],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Start with the palms facing in and turn them up as the dumbbells rise. Lower slowly to a full stretch. Write down the load of both together.',
  },
  {
    slug: 'hammer-curl',
    name: 'Hammer Curl',
    category: 'STRENGTH',
    equipment: ['DUMBBELL'],
    primary: ['BICEPS', 'FOREARMS'],
    secondary: [],
    measure: 'REPS_AND_LOAD',
    instructions:
      'Curl with the thumbs up the whole way, elbows still. It works the muscle beneath the biceps and the forearm, and is kind to the wrists.',
  },
  {
    slug: 'dead-hang',
    name: 'Dead Hang',
    category: 'STRENGTH',
    equipment: ['PULL_UP_BAR'],
    primary: ['FOREARMS'],
    secondary: ['LATS', 'SHOULDERS'],
    measure: 'DURATION',
    instructions:
      'Hang from a bar with straight arms and the shoulders long but not loose. Breathe, and step down before the hands open by themselves.',
  },
];
