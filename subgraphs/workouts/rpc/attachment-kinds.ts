/** What carries files here. */
export const EXERCISE_KIND = 'workouts.exercise';
export const PLAN_KIND = 'workouts.plan';
export const MEASUREMENT_KIND = 'workouts.measurement';
