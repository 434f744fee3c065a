import type { EventDraft } from '#platform/event-log/event.ts';

/** The topic of what concerns one person: their points, their achievements, their places. */
export function personTopic(userId: string): string {
  return `leaderboards.person.${userId}`;
}

/** The topic of a board. To clients it is one of state: who looks reads the board as it is. */
export function boardTopic(leaderboardId: string): string {
  return `leaderboards.board.${leaderboardId}`;
}

/** The topic of what was done to a board itself. */
export function historyTopic(leaderboardId: string): string {
  return `leaderboards.history.${leaderboardId}`;
}

/** A rule gave points. */
export function pointsAwarded(pointEntryId: string, userId: string): EventDraft {
  return {
    topic: personTopic(userId),
    kind: 'leaderboards.points-awarded',
    payload: { pointsAwarded: { pointEntryId, userId } },
  };
}

/** Somebody has reached an achievement. */
export function achievementUnlocked(achievementId: string, userId: string): EventDraft {
  return {
    topic: personTopic(userId),
    kind: 'leaderboards.achievement-unlocked',
    payload: { achievementUnlocked: { achievementId, userId } },
  };
}

/** What somebody scores changed, on one or more boards. */
export function scoresChanged(userId: string): EventDraft {
  return {
    topic: personTopic(userId),
    kind: 'leaderboards.scores-changed',
    payload: { scoresChanged: { userId } },
  };
}

/** Somebody takes part from now on. */
export function playerJoined(userId: string): EventDraft {
  return {
    topic: personTopic(userId),
    kind: 'leaderboards.player-joined',
    payload: { playerJoined: { userId } },
  };
}

/** Others may see somebody's name on boards now, or no longer. */
export function playerVisibilityChanged(userId: string): EventDraft {
  return {
    topic: personTopic(userId),
    kind: 'leaderboards.player-visibility-changed',
    payload: { playerVisibilityChanged: { userId } },
  };
}

/** Somebody is on no board any longer. */
export function playerLeft(userId: string): EventDraft {
  return {
    topic: personTopic(userId),
    kind: 'leaderboards.player-left',
    payload: { playerLeft: { userId } },
  };
}

/** A board began. */
export function boardCreated(leaderboardId: string): EventDraft {
  return {
    topic: historyTopic(leaderboardId),
    kind: 'leaderboards.board-created',
    payload: { boardCreated: { leaderboardId } },
  };
}

/** Title, description or access of a board changed. */
export function boardChanged(leaderboardId: string): EventDraft {
  return {
    topic: historyTopic(leaderboardId),
    kind: 'leaderboards.board-changed',
    payload: { boardChanged: { leaderboardId } },
  };
}

/** A board is gone. */
export function boardDeleted(leaderboardId: string): EventDraft {
  return {
    topic: historyTopic(leaderboardId),
    kind: 'leaderboards.board-deleted',
    payload: { boardDeleted: { leaderboardId } },
  };
}

/** A period has ended. */
export function boardPeriodClosed(leaderboardId: string, startsOn: string): EventDraft {
  return {
    topic: historyTopic(leaderboardId),
    kind: 'leaderboards.board-period-closed',
    payload: { boardPeriodClosed: { leaderboardId, startsOn } },
  };
}
