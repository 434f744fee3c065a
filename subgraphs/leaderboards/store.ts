import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Database } from '#platform/db/database.ts';
import { createAchievementStore } from './store/achievements.ts';
import { createActivityStore } from './store/activities.ts';
import { createBoardChanges } from './store/board-changes.ts';
import { createBoardStore } from './store/boards.ts';
import { createBondStore } from './store/bonds.ts';
import { createGymStore } from './store/gyms.ts';
import { createPeriodStore } from './store/periods.ts';
import { createPersonStore } from './store/person.ts';
import { createPlaceStore } from './store/places.ts';
import { createPlayerStore } from './store/players.ts';
import { createScoreStore } from './store/scores.ts';

/** Everything that the domain keeps in PostgreSQL. */
export type Store = ReturnType<typeof createStore>;

export interface StoreOptions {
  db: Database<PrismaClient>;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
}

/** Opens the domain's tables. */
export function createStore({ db, now, newId }: StoreOptions) {
  const scores = createScoreStore(now);
  return {
    achievements: createAchievementStore(db),
    activities: createActivityStore(scores, newId),
    boards: createBoardStore(db, now),
    boardChanges: createBoardChanges({ db, scores, now, newId }),
    bonds: createBondStore(),
    gyms: createGymStore({ scores, now, newId }),
    periods: createPeriodStore(db, now),
    person: createPersonStore(db, scores),
    places: createPlaceStore(db, now),
    players: createPlayerStore(db, scores, now),
  };
}
