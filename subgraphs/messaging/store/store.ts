import { type ChangeOptions, createConversationChanges } from './conversation-changes.ts';
import { createConversationReads } from './conversation-reads.ts';
import { createMessageChanges } from './message-changes.ts';
import { createMessageReads } from './message-reads.ts';
import { createPersonStore } from './person.ts';

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
