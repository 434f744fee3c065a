/** What somebody does in a gym. */
export type StaffRole = 'OWNER' | 'MANAGER' | 'INSTRUCTOR' | 'FRONT_DESK';

/** What staff do: run the gym, plan classes, keep its members, receive who comes. */
export type StaffAct = 'run' | 'plan' | 'keep-members' | 'receive';

const ACTS: Record<StaffRole, readonly StaffAct[]> = {
  OWNER: ['run', 'plan', 'keep-members', 'receive'],
  MANAGER: ['run', 'plan', 'keep-members', 'receive'],
  INSTRUCTOR: ['plan', 'receive'],
  FRONT_DESK: ['keep-members', 'receive'],
};

/** Whether somebody with this role, null where they have none, may do this. */
export function may(role: StaffRole | null, act: StaffAct): boolean {
  return role !== null && ACTS[role].includes(act);
}

/** Whether somebody may give a role to whoever has another one, or take it: owners alone have to do with owners. */
export function maySetRole(
  actor: StaffRole | null,
  present: StaffRole | null,
  next: StaffRole | null,
): boolean {
  if (!may(actor, 'run')) return false;
  return actor === 'OWNER' || (present !== 'OWNER' && next !== 'OWNER');
}
