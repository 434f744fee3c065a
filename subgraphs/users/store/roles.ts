import type { PrismaClient } from '#gen/prisma/users/client.ts';
import type { Database } from '#platform/db/database.ts';
import { lockName } from '#platform/db/locks.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { executeIn } from '#platform/sql/statement.ts';
import type { UserRole } from '../rules/rules.ts';
import { LOCK_PERSON } from './people.ts';
import type { SessionStore } from './sessions.ts';

/** Who may do what. */
export interface RoleStore {
  /** Answers the roles now; the same where the person has it already. */
  grant(userId: string, role: UserRole): Promise<UserRole[]>;
  /** Takes a role and ends the person's sessions, whose tokens still show it; nothing changes where they lack it. */
  revoke(userId: string, role: UserRole, now: Date): Promise<UserRole[]>;
}

/** Of two administrators who take the role from each other at once, one must see what the other has done. */
const ROLES_LOCK = 'users.roles';

export function createRoleStore({ transaction }: Database<PrismaClient>, sessions: SessionStore): RoleStore {
  function change(
    userId: string,
    run: (within: Parameters<Parameters<typeof transaction>[0]>[0], roles: UserRole[]) => Promise<UserRole[]>,
  ): Promise<UserRole[]> {
    return transaction(async (within) => {
      await lockName(within.tx, ROLES_LOCK);
      // A session of this person that is being opened comes before this, and ends with the others, or after.
      await executeIn(within.tx, LOCK_PERSON, [userId]);
      const person = await within.tx.person.findUnique({ where: { id: userId }, select: { roles: true } });
      if (person === null) throw notFound('person');
      const roles = await run(within, person.roles);
      if (roles !== person.roles) await within.tx.person.update({ where: { id: userId }, data: { roles } });
      return roles;
    });
  }

  return {
    grant: (userId, role) =>
      change(userId, async (_within, roles) => (roles.includes(role) ? roles : [...roles, role])),

    revoke: (userId, role, now) =>
      change(userId, async (within, roles) => {
        if (!roles.includes(role)) return roles;
        if (
          role === 'ADMIN' &&
          (await within.tx.person.count({ where: { roles: { has: 'ADMIN' } } })) === 1
        ) {
          throw new DomainError(
            'FAILED_PRECONDITION',
            'This is the last administrator: make somebody else one first.',
            { reason: 'LAST_ADMINISTRATOR' },
          );
        }
        await sessions.endWithin(within, { userId }, now);
        return roles.filter((held) => held !== role);
      }),
  };
}
