/** What somebody does in a gym. */
export type GymStaffRole = 'OWNER' | 'MANAGER' | 'INSTRUCTOR' | 'FRONT_DESK';

/** What staff do: run the gym, plan classes, keep its members, receive who comes. */
export type StaffAct = 'run' | 'plan' | 'keep-members' | 'receive';

const ACTS: Record<GymStaffRole, readonly StaffAct[]> = {
  OWNER: ['run', 'plan', 'keep-members', 'receive'],
  MANAGER: ['run', 'plan', 'keep-members', 'receive'],
  INSTRUCTOR: ['plan', 'receive'],
  FRONT_DESK: ['keep-members', 'receive'],
};

/** The roles that may do this. */
export function rolesFor(act: StaffAct): GymStaffRole[] {
  return (Object.keys(ACTS) as GymStaffRole[]).filter((role) => may(role, act));
}

/** Whether somebody with this role, null where they have none, may do this. */
export function may(role: GymStaffRole | null, act: StaffAct): boolean {
  return role !== null && ACTS[role].includes(act);
}

/** Whether somebody may give a role to whoever has another one, or take it: owners alone have to do with owners. */
export function maySetRole(
  actor: GymStaffRole | null,
  present: GymStaffRole | null,
  next: GymStaffRole | null,
): boolean {
  if (!may(actor, 'run')) return false;
  return actor === 'OWNER' || (present !== 'OWNER' && next !== 'OWNER');
}
