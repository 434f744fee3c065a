import type { CallContext } from '#platform/call.ts';
import { DomainError } from '#platform/errors.ts';
import { requirePerson } from '#platform/viewer.ts';
import { may, type StaffAct } from '../rules/staff.ts';
import type { Store } from '../store/store.ts';

/** Who may do what in a gym. */
export type Gate = ReturnType<typeof createGate>;

export function createGate({ gyms }: Pick<Store, 'gyms'>) {
  return {
    /**
     * Makes sure that the caller's role in a gym lets them do this.
     * @returns the caller's id
     * @throws DomainError NOT_FOUND where there is no such gym, PERMISSION_DENIED where they may not
     */
    async assertMay(gymId: string, { viewer }: CallContext, act: StaffAct): Promise<string> {
      const { id } = requirePerson(viewer);
      if (may(await gyms.roleIn(gymId, id), act)) return id;
      throw new DomainError('PERMISSION_DENIED', WHO[act], { reason: 'GYM_ROLE_MISSING' });
    },
  };
}

const WHO: Record<StaffAct, string> = {
  run: 'Owners and managers of the gym do this: ask them.',
  plan: 'Owners, managers and instructors of the gym do this: ask them.',
  'keep-members': 'Owners, managers and the front desk of the gym do this: ask them.',
  receive: 'The staff of the gym does this: ask them.',
};
