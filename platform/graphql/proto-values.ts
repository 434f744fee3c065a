/** What another domain owns, by its id; proto writes "none" as an empty string. */
export function stubOf(id: string): { id: string } | null {
  return id === '' ? null : { id };
}

/**
 * A message that the contract promises: proto's types call every message nullable.
 *
 * @throws Error where it is missing, which is a bug of the service.
 */
export function promised<Message>(message: Message | null): Message {
  if (message === null) throw new Error('A message is missing that the contract promises.');
  return message;
}
