import type { AnyDomain } from '#platform/domain.ts';
import diet from './diet/index.ts';
import files from './files/index.ts';
import leaderboards from './leaderboards/index.ts';
import messaging from './messaging/index.ts';
import notifications from './notifications/index.ts';
import training from './training/index.ts';
import users from './users/index.ts';
import workouts from './workouts/index.ts';

/** Every domain that there is. Which of them a process hosts is configuration. */
export const domains: readonly AnyDomain[] = [
  users,
  messaging,
  notifications,
  training,
  files,
  diet,
  workouts,
  leaderboards,
];
