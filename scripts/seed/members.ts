import type { Services } from './host.ts';

/** Somebody of the demo world, signed in. */
export interface Member extends Services {
  id: string;
}

export type Members = ReadonlyMap<string, Member>;

/** Somebody of the demo world by their handle. */
export function memberOf(members: Members, handle: string): Member {
  const member = members.get(handle);
  if (member === undefined) throw new Error(`The demo world has no ${handle}.`);
  return member;
}
