import type { Wakeups } from './wakeups.ts';

/** Wake-ups where there is no Redis: none ever comes, and the slow poll finds everything. */
export function createNoopWakeups(): Wakeups {
  return {
    publish: async () => {},
    listen: async () => () => {},
    follow: () => () => {},
    onReconnect: () => () => {},
    connected: () => true,
    channels: () => 0,
    close: async () => {},
  };
}
