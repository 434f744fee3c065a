import type { CatalogueExercise } from '../../store/catalogue.ts';

/** What is measured in metres and seconds, and what makes supple. */
export const endurance: readonly CatalogueExercise[] = [
  {
    slug: 'running',
    name: 'Running',
    category: 'CARDIO',
    equipment: ['BODYWEIGHT'],
    primary: ['QUADRICEPS', 'HAMSTRINGS', 'CALVES'],
    secondary: ['GLUTES', 'HIP_FLEXORS'],
    measure: 'DISTANCE',
    instructions:
      'Run tall with quick, short steps that land under the hips. On easy days you can talk in whole sentences; keep most days easy.',
  },
  {
    slug: 'treadmill-run',
    name: 'Treadmill Run',
    category: 'CARDIO',
    equipment: ['CARDIO_MACHINE'],
    primary: ['QUADRICEPS', 'HAMSTRINGS', 'CALVES'],
    secondary: ['GLUTES'],
    measure: 'DISTANCE',
    instructions:
      'Set one percent of incline in place of the missing wind. Do not hold on, and clip on the safety cord before you go fast.',
  },
  {
    slug: 'walking',
    name: 'Walking',
    category: 'CARDIO',
    equipment: ['BODYWEIGHT'],
    primary: ['CALVES', 'GLUTES'],
    secondary: ['HAMSTRINGS', 'QUADRICEPS'],
    measure: 'DISTANCE',
    instructions:
      'Walk briskly enough to feel warm, with swinging arms and the eyes ahead. Twice fifteen minutes count as much as once thirty.',
  },
  {
    slug: 'cycling',
    name: 'Cycling',
    category: 'CARDIO',
    equipment: ['OTHER'],
    primary: ['QUADRICEPS', 'GLUTES'],
    secondary: ['HAMSTRINGS', 'CALVES'],
    measure: 'DISTANCE',
    instructions:
      'Takes a bicycle. Set the saddle so that the knee stays slightly bent at the lowest point. Turn the pedals at 80 to 95 rounds a minute in a gear that allows it.',
  },
  {
    slug: 'stationary-bike',
    name: 'Stationary Bike',
    category: 'CARDIO',
    equipment: ['CARDIO_MACHINE'],
    primary: ['QUADRICEPS'],
    secondary: ['GLUTES', 'HAMSTRINGS', 'CALVES'],
    measure: 'DISTANCE',
    instructions:
      'Adjust saddle and handlebar before you begin. Raise the resistance instead of bouncing in the saddle, and cool down for five minutes.',
  },
  {
    slug: 'rowing-machine',
    name: 'Rowing Machine',
    category: 'CARDIO',
    equipment: ['CARDIO_MACHINE'],
    primary: ['QUADRICEPS', 'UPPER_BACK', 'LATS'],
    secondary: ['GLUTES', 'HAMSTRINGS', 'BICEPS'],
    measure: 'DISTANCE',
    instructions:
      'Push with the legs, then lean back, then pull; return in the opposite order. Take twice as long for the way forward as for the stroke.',
  },
  {
    slug: 'elliptical',
    name: 'Elliptical',
    category: 'CARDIO',
    equipment: ['CARDIO_MACHINE'],
    primary: ['QUADRICEPS', 'GLUTES'],
    secondary: ['HAMSTRINGS', 'SHOULDERS'],
    measure: 'DISTANCE',
    instructions:
      'Stand upright with the weight on the heels and use the arms. Go backwards for a few minutes to shift the work to the back of the legs.',
  },
  {
    slug: 'stair-climber',
    name: 'Stair Climber',
    category: 'CARDIO',
    equipment: ['CARDIO_MACHINE'],
    primary: ['GLUTES', 'QUADRICEPS'],
    secondary: ['CALVES', 'HAMSTRINGS'],
    measure: 'DURATION',
    instructions:
      'Put the whole foot on each step and stay upright. The rails are for balance: whoever leans on them climbs only half.',
  },
  {
    slug: 'swimming',
    name: 'Swimming',
    category: 'CARDIO',
    equipment: ['OTHER'],
    primary: ['LATS', 'SHOULDERS'],
    secondary: ['TRICEPS', 'ABDOMINALS', 'QUADRICEPS'],
    measure: 'DISTANCE',
    instructions:
      'Takes a pool or open water, and somebody who knows that you are in it. Breathe out under water, keep the head low and the hips high, and count lengths.',
  },
  {
    slug: 'jump-rope',
    name: 'Jump Rope',
    category: 'CARDIO',
    equipment: ['OTHER'],
    primary: ['CALVES'],
    secondary: ['SHOULDERS', 'FOREARMS'],
    measure: 'DURATION',
    instructions:
      'Takes a rope that reaches the armpits when you stand on it. Jump just high enough for it to pass, turn it from the wrists, and land on the balls of the feet.',
  },
  {
    slug: 'sled-push',
    name: 'Sled Push',
    category: 'CARDIO',
    equipment: ['OTHER'],
    primary: ['QUADRICEPS', 'GLUTES'],
    secondary: ['CALVES', 'SHOULDERS'],
    measure: 'DISTANCE',
    instructions:
      'Takes a sled on turf. Lean in with straight arms and push with long, strong steps. Write down the load on the sled and the distance.',
  },
  {
    slug: 'mountain-climber',
    name: 'Mountain Climber',
    category: 'CARDIO',
    equipment: ['BODYWEIGHT'],
    primary: ['ABDOMINALS', 'HIP_FLEXORS'],
    secondary: ['SHOULDERS', 'QUADRICEPS'],
    measure: 'DURATION',
    instructions:
      'From the top of a push-up, bring the knees to the chest in turns as fast as the hips stay level.',
  },
  {
    slug: 'worlds-greatest-stretch',
    name: 'World’s Greatest Stretch',
    category: 'MOBILITY',
    equipment: ['BODYWEIGHT'],
    primary: ['HIP_FLEXORS', 'ADDUCTORS'],
    secondary: ['HAMSTRINGS', 'UPPER_BACK'],
    measure: 'REPS',
    instructions:
      'Step into a long lunge with both hands inside the front foot. Sink the elbow towards the floor, then turn and reach to the ceiling. Five slow breaths a side.',
  },
  {
    slug: 'couch-stretch',
    name: 'Couch Stretch',
    category: 'MOBILITY',
    equipment: ['BODYWEIGHT'],
    primary: ['HIP_FLEXORS', 'QUADRICEPS'],
    secondary: [],
    measure: 'DURATION',
    instructions:
      'Kneel with one shin up a wall or couch and the other foot in front. Tuck the pelvis before you come upright; the stretch belongs to the front of the hip, not to the lower back.',
  },
  {
    slug: 'cat-cow',
    name: 'Cat-Cow',
    category: 'MOBILITY',
    equipment: ['BODYWEIGHT'],
    primary: ['LOWER_BACK', 'UPPER_BACK'],
    secondary: ['ABDOMINALS'],
    measure: 'REPS',
    instructions:
      'On hands and knees, round the back towards the ceiling while breathing out and let it hang while breathing in. Move one vertebra at a time.',
  },
  {
    slug: 'thoracic-rotation',
    name: 'Thoracic Rotation',
    category: 'MOBILITY',
    equipment: ['BODYWEIGHT'],
    primary: ['UPPER_BACK'],
    secondary: ['OBLIQUES'],
    measure: 'REPS',
    instructions:
      'Sit back on the heels with one hand behind the head. Turn that elbow up as far as it goes without the hips moving, follow it with the eyes, and return.',
  },
  {
    slug: 'band-pull-apart',
    name: 'Band Pull-Apart',
    category: 'MOBILITY',
    equipment: ['BAND'],
    primary: ['UPPER_BACK', 'SHOULDERS'],
    secondary: ['TRAPEZIUS'],
    measure: 'REPS',
    instructions:
      'Hold a light band at shoulder height with straight arms. Pull it apart until it touches the chest, shoulders down, and let it back slowly.',
  },
  {
    slug: 'deep-squat-hold',
    name: 'Deep Squat Hold',
    category: 'MOBILITY',
    equipment: ['BODYWEIGHT'],
    primary: ['ADDUCTORS', 'CALVES'],
    secondary: ['GLUTES', 'LOWER_BACK'],
    measure: 'DURATION',
    instructions:
      'Sink into the lowest squat in which the heels stay down, elbows against the inside of the knees. Stay, breathe, and shift the weight from foot to foot.',
  },
];
