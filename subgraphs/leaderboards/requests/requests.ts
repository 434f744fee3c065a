import { z } from 'zod';
import { LeaderboardAccess } from '#gen/proto/fitme/leaderboards/v1/LeaderboardAccess.ts';
import { LeaderboardGoalKind } from '#gen/proto/fitme/leaderboards/v1/LeaderboardGoalKind.ts';
import { LeaderboardKind } from '#gen/proto/fitme/leaderboards/v1/LeaderboardKind.ts';
import { LeaderboardMetric } from '#gen/proto/fitme/leaderboards/v1/LeaderboardMetric.ts';
import { LeaderboardPeriod } from '#gen/proto/fitme/leaderboards/v1/LeaderboardPeriod.ts';
import type { LeaderboardsServiceDefinition } from '#gen/proto/fitme/leaderboards/v1/LeaderboardsService.ts';
import { LeaderboardVisibility } from '#gen/proto/fitme/leaderboards/v1/LeaderboardVisibility.ts';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import { isTimeZone } from '#platform/days.ts';
import { updateMask } from '#platform/service/changes.ts';
import { defaultPageSize, isFirstPage, maximumPageSize, pageRequest } from '#platform/service/paging.ts';
import { id, idempotencyKey, ids, optionalText, text } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { maximumPeriodsAgo } from '../rules/rules.ts';

/** The most boards, or people, that a batch of pages names. */
export const maximumInBatch = 100;
/** The most places, or achievements, that one batch asks for. */
const maximumItems = 2_000;
/** How many places in front and behind. */
const maximumRadius = 25;

const periodsAgo = z
  .int()
  .min(0, 'Name 0 for the present period, or how many there have been since.')
  .max(maximumPeriodsAgo, `Ranks are kept for ${maximumPeriodsAgo} periods.`);

const title = text(80, 'A title');
const description = optionalText(500, 'A description').optional();
const access = named(LeaderboardAccess, 'LEADERBOARD_ACCESS_UNSPECIFIED', 'Say who may join.');
/** More than anybody reaches, and few enough to be counted to the gram. */
const target = z
  .number()
  .min(0.001, 'A target is at least 0.001; leave it out where there is none.')
  .max(1_000_000_000, 'A target is at most 1,000,000,000.');
const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'takes an IANA time zone, for example "Europe/Zurich"');

const goal = z
  .object({
    kind: named(
      LeaderboardGoalKind,
      'LEADERBOARD_GOAL_KIND_UNSPECIFIED',
      'Say what people are measured against.',
    ),
    target: target.optional(),
  })
  .refine((value) => value.kind === 'LEADERBOARD_GOAL_KIND_ABSOLUTE' || value.target === undefined, {
    path: ['target'],
    message: 'Only an ABSOLUTE goal has a target for all: leave it out.',
  });

/** What of a board its owner can change, and what it must hold then. */
export const changeableBoard = z.object({ title, description, access });

/** What people can change of what members see of them. */
export const changeableSharing = z.object({
  sharesProgress: z.boolean('Say whether members may see your progress.'),
  sharesAchievements: z.boolean('Say whether members may see your achievements.'),
});

/** What requests must hold beyond their proto types. */
export const requests: RequestSchemas<LeaderboardsServiceDefinition> = {
  OptInToLeaderboards: z.object({
    visibility: named(
      LeaderboardVisibility,
      'LEADERBOARD_VISIBILITY_UNSPECIFIED',
      'Say who may see your name.',
    ),
  }),
  ListLeaderboards: z.object({
    kind: z.enum(LeaderboardKind),
    gymId: id.optional(),
    joinedOnly: z.boolean(),
    page: pageRequest,
  }),
  BatchGetLeaderboards: z.object({ ids: ids(1_000) }),
  BatchGetLeaderboardMemberCounts: z.object({ leaderboardIds: ids(maximumInBatch) }),
  BatchListLeaderboardEntries: z
    .object({ leaderboardIds: ids(maximumInBatch), periodsAgo, page: pageRequest })
    .superRefine(({ leaderboardIds, page }, context) =>
      checkBatch('leaderboardIds', leaderboardIds, page, context),
    ),
  BatchListLeaderboardEntriesAroundOwn: z
    .object({
      leaderboardIds: ids(maximumInBatch),
      radius: z
        .int()
        .min(0, 'Ask for 0 places in front and behind, or more.')
        .max(maximumRadius, `Ask for at most ${maximumRadius} places in front and behind.`),
      periodsAgo,
    })
    .superRefine(({ leaderboardIds, radius }, context) => {
      const most = boardsPerAroundCall(radius);
      if (leaderboardIds.length > most) context.addIssue(tooMany('leaderboardIds', most));
    }),
  CreateLeaderboard: z
    .object({
      title,
      description,
      metric: named(LeaderboardMetric, 'LEADERBOARD_METRIC_UNSPECIFIED', 'Say what the board counts.'),
      period: named(LeaderboardPeriod, 'LEADERBOARD_PERIOD_UNSPECIFIED', 'Say what time the board covers.'),
      timeZone,
      goal: goal.nullable().refine((value) => value !== null, 'Say what people are measured against.'),
      access,
      idempotencyKey,
    })
    .refine(
      (board) =>
        board.goal?.kind !== 'LEADERBOARD_GOAL_KIND_RELATIVE' ||
        board.period !== 'LEADERBOARD_PERIOD_ALL_TIME',
      {
        path: ['goal', 'kind'],
        message: 'A RELATIVE goal looks at the period before: take a board of months or weeks.',
      },
    ),
  UpdateLeaderboard: z.object({
    leaderboardId: id,
    updateMask,
    expectedVersion: z.int().min(1, 'Send the version of the board that you have read.'),
  }),
  UpdateProgressSharing: z.object({ updateMask }),
  DeleteLeaderboard: z.object({ leaderboardId: id }),
  JoinLeaderboard: z
    .object({
      leaderboardId: id.optional(),
      invitationCode: z.string().max(64, 'A code has at most 64 characters.').optional(),
      ownTarget: target.optional(),
    })
    .refine(({ leaderboardId, invitationCode }) => leaderboardId !== undefined || invitationCode, {
      path: ['leaderboardId'],
      message: 'Name the board: by its id, or by an invitation code.',
    }),
  LeaveLeaderboard: z.object({ leaderboardId: id }),
  SetOwnLeaderboardTarget: z.object({
    leaderboardId: id,
    ownTarget: target,
  }),
  ListPointRules: z.object({ page: pageRequest }),
  ListPointEntries: z.object({ page: pageRequest }),
  BatchGetPointEntries: z.object({ ids: ids(1_000) }),
  BatchGetFitnessProgress: z.object({ userIds: ids(1_000) }),
  ListAchievements: z.object({ page: pageRequest }),
  BatchGetAchievements: z.object({ ids: ids(1_000) }),
  BatchListUserAchievements: z
    .object({ userIds: ids(maximumInBatch), page: pageRequest })
    .superRefine(({ userIds, page }, context) => checkBatch('userIds', userIds, page, context)),
};

/** How many boards or people one call with this page may name; a size that no page may have counts as the nearest. */
export function batchSizeFor(page: PageRequest__Output | null): number {
  const asked = page?.first ?? page?.last ?? defaultPageSize;
  const size = Math.min(Math.max(asked, 1), maximumPageSize);
  return Math.min(Math.floor(maximumItems / size), maximumInBatch);
}

/** How many boards one call for the places around the caller's may name. */
export function boardsPerAroundCall(radius: number): number {
  return Math.min(
    Math.floor(maximumItems / (2 * Math.min(Math.max(radius, 0), maximumRadius) + 1)),
    maximumInBatch,
  );
}

/** The same window on several lists, which are not to be too many. A cursor is good for one of them. */
function checkBatch(
  key: string,
  named: readonly string[],
  page: PageRequest__Output | null,
  context: z.core.$RefinementCtx,
): void {
  const most = batchSizeFor(page);
  if (named.length > most) context.addIssue(tooMany(key, most));
  if (named.length <= 1 || isFirstPage(page)) return;
  const message = 'A cursor is good for one of them: name that one alone.';
  context.addIssue({ code: 'custom', path: [key], message });
}

function tooMany(key: string, most: number) {
  const message = `One call asks for at most ${maximumItems.toLocaleString('en')} items in all: name at most ${most}, or ask for fewer of each.`;
  return { code: 'custom' as const, path: [key], message };
}

function named<Values extends Record<string, string>>(
  values: Values,
  unspecified: Values[keyof Values],
  message: string,
) {
  return z.enum(values).refine((value) => value !== unspecified, message);
}
