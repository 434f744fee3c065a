/** What a person may be. */
export type RoleName = 'MEMBER' | 'TRAINER' | 'GYM_ADMIN' | 'ADMIN';

const MEMBER_SCOPES = [
  'account:read',
  'account:write',
  'diet:read',
  'diet:write',
  'files:read',
  'files:write',
  'friends:read',
  'friends:write',
  'gyms:read',
  'gyms:write',
  'leaderboards:read',
  'leaderboards:write',
  'live:subscribe',
  'messages:read',
  'messages:write',
  'notifications:read',
  'notifications:write',
  'profile:write',
  'training:read',
  'training:write',
  'users:read',
  'workouts:read',
  'workouts:write',
];

const ROLE_SCOPES: Record<RoleName, readonly string[]> = {
  MEMBER: MEMBER_SCOPES,
  TRAINER: [...MEMBER_SCOPES, 'training:coach', 'workouts:assign'],
  GYM_ADMIN: [...MEMBER_SCOPES, 'gyms:create'],
  ADMIN: [...MEMBER_SCOPES, 'diet:review', 'roles:write'],
};

/** What a service may do under its own token. No person's token holds these. */
export const SERVICE_SCOPES: readonly string[] = [
  'attachments:check',
  'bonds:read',
  'contacts:check',
  'events:read',
  'files:attach',
  'grants:read',
  'live:read',
  'memberships:read',
  'recipients:read',
  'time-zones:read',
  'workouts:totals',
];

/**
 * Reads what the schema marks `@shared`, which looks the same to all who may listen, and nothing else: of tokens that
 * gateways sign for completions that are nobody's own (docs/LIVE-PROTOCOL.md).
 */
export const SHARED_SCOPE = 'shared:read';

/** The scopes that roles give together, sorted. */
export function scopesOf(roles: readonly RoleName[]): string[] {
  return [...new Set(roles.flatMap((role) => ROLE_SCOPES[role]))].sort();
}
