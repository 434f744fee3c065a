import type { LeaderboardsServiceDefinition } from '#gen/proto/fitme/leaderboards/v1/LeaderboardsService.ts';
import type { CallContext } from '#platform/call.ts';
import { notFound } from '#platform/errors.ts';
import { changed } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { readerOf, requirePerson } from '#platform/viewer.ts';
import { changeableBoard } from '../requests/requests.ts';
import { keptTargetOf } from '../rules/rules.ts';
import { boardCursor } from '../store/boards.ts';
import type { ServiceParts } from './parts.ts';
import { accesses, goalKinds, kinds, leaderboardOf, metrics, periods } from './present.ts';

type Methods =
  | 'ListLeaderboards'
  | 'BatchGetLeaderboards'
  | 'BatchGetLeaderboardMemberCounts'
  | 'CreateLeaderboard'
  | 'UpdateLeaderboard'
  | 'DeleteLeaderboard'
  | 'JoinLeaderboard'
  | 'LeaveLeaderboard'
  | 'SetOwnLeaderboardTarget';

/** Boards, and the communities that people make. */
export function createBoardHandlers({
  store: { boards, boardChanges },
  standings,
}: Pick<ServiceParts, 'store' | 'standings'>): Pick<Handlers<LeaderboardsServiceDefinition>, Methods> {
  return {
    async ListLeaderboards({ kind, gymId, joinedOnly, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const filter = { kind: kinds.nameOf(kind), gymId: gymId ?? null, joinedOnly };
      const { edges, pageInfo } = await boards.list(viewerId, filter, windowOf(page, boardCursor), signal);
      return {
        edges: edges.map(({ row, cursor }) => ({ leaderboard: leaderboardOf(row), cursor })),
        pageInfo,
      };
    },

    async BatchGetLeaderboards({ ids }, { viewer, signal }) {
      const views = await boards.get(readerOf(viewer), ids, 0, signal);
      return { leaderboards: views.map(leaderboardOf) };
    },

    async BatchGetLeaderboardMemberCounts({ leaderboardIds }, { viewer, signal }) {
      const viewerId = readerOf(viewer);
      const visible = await boards.get(viewerId, leaderboardIds, 0, signal);
      return {
        counts: await boards.countMembers(
          viewerId,
          visible.map(({ id }) => id),
          signal,
        ),
      };
    },

    async CreateLeaderboard(request, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const metric = metrics.requiredNameOf(request.metric);
      const target = request.goal?.target;
      const draft = {
        title: request.title,
        description: request.description || null,
        metric,
        period: periods.requiredNameOf(request.period),
        timeZone: request.timeZone,
        goalKind: goalKinds.requiredNameOf(request.goal?.kind ?? 'LEADERBOARD_GOAL_KIND_ABSOLUTE'),
        target: target === undefined ? null : keptTargetOf(metric, target),
        access: accesses.requiredNameOf(request.access),
      };
      const key = { key: request.idempotencyKey, request };
      return present(viewerId, await boardChanges.create(viewerId, draft, key), call);
    },

    async UpdateLeaderboard(request, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const { leaderboardId, expectedVersion } = request;
      const [stored] = await boards.get(viewerId, [leaderboardId], 0, call.signal);
      if (stored?.ownerId !== viewerId) throw notFound('leaderboard');
      const board = changed(changeableBoard, leaderboardOf(stored), request);
      const change = {
        title: board.title,
        description: board.description || null,
        access: accesses.requiredNameOf(board.access),
      };
      await boardChanges.update(viewerId, leaderboardId, change, expectedVersion);
      return present(viewerId, leaderboardId, call);
    },

    async DeleteLeaderboard({ leaderboardId }, { viewer }) {
      await boardChanges.delete(requirePerson(viewer).id, leaderboardId);
      await standings.takeAway([], [leaderboardId]);
      return { leaderboardId };
    },

    async JoinLeaderboard({ leaderboardId, invitationCode, ownTarget }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const name = { id: leaderboardId ?? null, invitationCode: invitationCode || null };
      return present(viewerId, await boardChanges.join(viewerId, name, ownTarget ?? null), call);
    },

    async LeaveLeaderboard({ leaderboardId }, { viewer }) {
      const { id: viewerId } = requirePerson(viewer);
      await boardChanges.leave(viewerId, leaderboardId);
      await standings.takeAway([viewerId], []);
      return { leaderboardId };
    },

    async SetOwnLeaderboardTarget({ leaderboardId, ownTarget }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      await boardChanges.setTarget(viewerId, leaderboardId, ownTarget);
      return present(viewerId, leaderboardId, call);
    },
  };

  async function present(viewerId: string, leaderboardId: string, { signal }: CallContext) {
    const [view] = await boards.get(viewerId, [leaderboardId], 0, signal);
    if (view === undefined) throw notFound('leaderboard');
    return { leaderboard: leaderboardOf(view) };
  }
}
