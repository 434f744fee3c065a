/** Kinds of things on which files hang. */
export const EXERCISE_KIND = 'workouts.exercise';
export const MEASUREMENT_KIND = 'workouts.measurement';
