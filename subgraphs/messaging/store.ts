import { type ChangeOptions, createConversationChanges } from './store/conversation-changes.ts';
import { createConversationReads } from './store/conversation-reads.ts';
import { createMessageChanges } from './store/message-changes.ts';
import { createMessageReads } from './store/message-reads.ts';
import { createPersonStore } from './store/person.ts';

/** Everything that the domain keeps. */
export type Store = ReturnType<typeof createStore>;

/** Opens the domain's tables. */
export function createStore(options: ChangeOptions) {
  return {
    conversations: { ...createConversationReads(options.db), ...createConversationChanges(options) },
    messages: { ...createMessageReads(options.db), ...createMessageChanges(options) },
    person: createPersonStore(options),
  };
}
