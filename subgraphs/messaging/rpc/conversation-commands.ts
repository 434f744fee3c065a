import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import type { CallContext } from '#platform/call.ts';
import { invalidField } from '#platform/errors.ts';
import { accepted } from '#platform/service/refusals.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import {
  add,
  type ConversationState,
  type Decision,
  leave,
  remove,
  rename,
  transfer,
} from '../rules/rules.ts';
import type { Store } from '../store/store.ts';
import type { Contacts } from './contacts.ts';
import { conversationOf, found } from './present.ts';

type Commands =
  | 'StartDirectConversation'
  | 'StartGroupConversation'
  | 'RenameConversation'
  | 'TransferConversation'
  | 'AddConversationParticipants'
  | 'RemoveConversationParticipant'
  | 'LeaveConversation';

/** Starting conversations, and who is in them. Each answers with the conversation as the caller sees it now. */
export function createConversationCommandHandlers(
  { conversations }: Store,
  contacts: Contacts,
): Pick<Handlers<MessagingServiceDefinition>, Commands> {
  return {
    async StartDirectConversation(request, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      if (request.userId === viewerId) {
        throw invalidField('userId', 'A conversation takes two people: name somebody else.');
      }
      const admit = () => contacts.assertReachable(viewerId, [request.userId], 'userId', call);
      const key = { key: request.idempotencyKey, request, admit };
      return present(viewerId, await conversations.startDirect(viewerId, request.userId, key), call);
    },

    async StartGroupConversation(request, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const otherIds = [...new Set(request.participantIds)].filter((userId) => userId !== viewerId);
      if (otherIds.length === 0) {
        throw invalidField('participantIds', 'Name at least one person beside yourself.');
      }
      const admit = () => contacts.assertReachable(viewerId, otherIds, 'participantIds', call);
      const key = { key: request.idempotencyKey, request, admit };
      return present(viewerId, await conversations.startGroup(viewerId, request.title, otherIds, key), call);
    },

    RenameConversation: ({ conversationId, title }, call) =>
      change(conversationId, call, (state, actorId) => rename(state, actorId, title)),

    TransferConversation: ({ conversationId, newOwnerId }, call) =>
      change(conversationId, call, (state, actorId) => transfer(state, actorId, newOwnerId)),

    async AddConversationParticipants({ conversationId, userIds }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const otherIds = userIds.filter((userId) => userId !== viewerId);
      if (otherIds.length > 0) await contacts.assertReachable(viewerId, otherIds, 'userIds', call);
      return change(conversationId, call, (state, actorId) => add(state, actorId, otherIds));
    },

    RemoveConversationParticipant: ({ conversationId, userId }, call) =>
      change(conversationId, call, (state, actorId) => remove(state, actorId, userId)),

    LeaveConversation: ({ conversationId }, call) => change(conversationId, call, leave),
  };

  async function change(
    conversationId: string,
    call: CallContext,
    decide: (state: ConversationState, actorId: string) => Decision,
  ) {
    const { id: viewerId } = requirePerson(call.viewer);
    await conversations.change(conversationId, viewerId, (state) => accepted(decide(state, viewerId)).steps);
    return present(viewerId, conversationId, call);
  }

  async function present(viewerId: string, conversationId: string, { signal }: CallContext) {
    const [view] = await conversations.get(viewerId, [conversationId], signal);
    return { conversation: conversationOf(found(view, 'conversation')) };
  }
}
