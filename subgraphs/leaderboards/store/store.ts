import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Database } from '#platform/db/database.ts';
import { createAchievementStore } from './achievements.ts';
import { createActivityStore } from './activities.ts';
import { createBoardChanges } from './board-changes.ts';
import { createBoardStore } from './boards.ts';
import { createBondStore } from './bonds.ts';
import { createGymStore } from './gyms.ts';
import { createPeriodStore } from './periods.ts';
import { createPersonStore } from './person.ts';
import { createPlaceStore } from './places.ts';
import { createPlayerStore } from './players.ts';
import { createScoreStore } from './scores.ts';

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
