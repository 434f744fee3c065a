/** Redis channels of the wake-ups. Their messages are hints: whoever hears one reads the log. */

/** Woken with a topic's newest seq; 0 for a topic of state, which has none. */
export function topicChannel(topic: string): string {
  return `fitme:topic:${topic}`;
}

/** Woken with the newest sealed position of a domain's log. */
export function logChannel(domain: string): string {
  return `fitme:log:${domain}`;
}

/** Wakes the one process that seals a domain's log, from another that has committed events. */
export function relayChannel(domain: string): string {
  return `fitme:relay:${domain}`;
}

/** The domain that owns a topic: its first segment. */
export function domainOf(topic: string): string {
  return topic.split('.', 1)[0] ?? '';
}

/** A topic's name without its id, for logs and spans: "messaging.conversation". */
export function topicKind(topic: string): string {
  return topic.split('.', 2).join('.');
}
