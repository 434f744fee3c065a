import type { AnyDomain } from '#platform/domain.ts';
import { defineDomain } from '#platform/domain.ts';

/** Made in the domain's schema before the process starts. */
export const RECORDED_TABLE = `CREATE TABLE notifications.recorded (nth serial PRIMARY KEY, event_id text NOT NULL)`;

/**
 * The domain with one consumer more, which adds a row for each of messaging's messages. The domain's own consumers would
 * not show a second application, since they are safe against it.
 */
export function recorderOf(domain: AnyDomain): AnyDomain {
  return defineDomain({
    ...domain,
    open(host) {
      const opened = domain.open(host);
      return {
        ...opened,
        consumers: [
          ...opened.consumers,
          {
            name: 'recorder',
            from: 'messaging',
            kinds: ['messaging.message-sent'],
            load: async () => null,
            async apply({ tx }, event) {
              await tx.$executeRawUnsafe('INSERT INTO recorded (event_id) VALUES ($1)', event.id);
            },
          },
        ],
      };
    },
  });
}
