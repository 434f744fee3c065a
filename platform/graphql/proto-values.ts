/** What another domain owns, by its id, if there is one. */
export function stubOf(id: string | undefined): { id: string } | null {
  return id === undefined || id === '' ? null : { id };
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
