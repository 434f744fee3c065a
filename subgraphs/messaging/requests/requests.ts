import { z } from 'zod';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import { defaultPageSize, isFirstPage, maximumPageSize, pageRequest } from '#platform/service/paging.ts';
import { id, idempotencyKey, ids, text } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { isOneEmoji, maximumFiles, maximumParticipants } from '../rules/rules.ts';

const others = z
  .array(id)
  .min(1, 'Name at least one person.')
  .max(maximumParticipants - 1, `Name at most ${maximumParticipants - 1} people.`);

const title = text(100, 'A title');
const body = text(4_000, 'A message');
const emoji = z.string().max(64, 'Send exactly one emoji.').refine(isOneEmoji, 'Send exactly one emoji.');

/** The most conversations that a batch of pages names. */
export const maximumConversations = 100;

/** The most that one BatchListMessages asks for. */
const maximumMessages = 2_000;

const windowOnEach = z
  .object({ conversationIds: ids(maximumConversations), page: pageRequest })
  .refine(({ conversationIds, page }) => conversationIds.length === 1 || isFirstPage(page), {
    path: ['conversationIds'],
    message: 'A cursor is good for one conversation: name that one alone.',
  });

const aboutMessage = z.object({ messageId: id });
const aboutConversation = z.object({ conversationId: id });
const aboutReaction = z.object({ messageId: id, emoji });
const manyConversations = z.object({ conversationIds: ids(1_000) });

/** What requests must hold beyond their proto types. */
export const requests: RequestSchemas<MessagingServiceDefinition> = {
  StartDirectConversation: z.object({ userId: id, idempotencyKey }),
  StartGroupConversation: z.object({ title, participantIds: others, idempotencyKey }),
  RenameConversation: z.object({ conversationId: id, title }),
  TransferConversation: z.object({ conversationId: id, newOwnerId: id }),
  AddConversationParticipants: z.object({ conversationId: id, userIds: others }),
  RemoveConversationParticipant: z.object({ conversationId: id, userId: id }),
  LeaveConversation: aboutConversation,
  SendMessage: z
    .object({
      conversationId: id,
      body: z.literal('').or(body).optional(),
      replyToMessageId: id.optional(),
      fileIds: z
        .array(id)
        .max(maximumFiles, `A message takes at most ${maximumFiles} files.`)
        .refine((fileIds) => new Set(fileIds).size === fileIds.length, 'Name each file once.'),
      idempotencyKey,
    })
    .refine((message) => Boolean(message.body) || message.fileIds.length > 0, {
      path: ['body'],
      message: 'A message has a text, a file, or both.',
    }),
  EditMessage: z.object({
    messageId: id,
    body,
    expectedVersion: z.int().min(1, 'Send the version of the message that you have read.'),
  }),
  DeleteMessage: aboutMessage,
  AddMessageReaction: aboutReaction,
  RemoveMessageReaction: aboutReaction,
  MarkConversationRead: z.object({ conversationId: id, messageId: id }),
  ListConversations: z.object({ page: pageRequest }),
  BatchGetConversations: z.object({ ids: ids(1_000) }),
  BatchListConversationParticipants: windowOnEach,
  ListMessages: z.object({ conversationId: id, page: pageRequest }),
  BatchListMessages: windowOnEach.superRefine(({ conversationIds, page }, context) => {
    const most = conversationsPerMessagesCall(page);
    if (conversationIds.length <= most) return;
    const message = `One call asks for at most ${maximumMessages.toLocaleString('en')} messages, conversations times page size: name at most ${most} conversations, or ask for a smaller page.`;
    context.addIssue({ code: 'custom', path: ['conversationIds'], message });
  }),
  BatchGetMessages: z.object({ ids: ids(1_000) }),
  BatchGetLastMessages: manyConversations,
  BatchGetUnreadCounts: manyConversations,
  BatchGetUnreadClientMessageCounts: z.object({ clientIds: ids(1_000) }),
  BatchGetRecipients: z.object({ messageIds: ids(1_000) }),
};

/** How many conversations one BatchListMessages may name with this page; a size that no page may have counts as the nearest. */
export function conversationsPerMessagesCall(page: PageRequest__Output | null): number {
  const asked = page?.first ?? page?.last ?? defaultPageSize;
  const size = Math.min(Math.max(asked, 1), maximumPageSize);
  return Math.min(Math.floor(maximumMessages / size), maximumConversations);
}
