import type { Person, PrismaClient } from '#gen/prisma/users/client.ts';
import type { Attachment } from '#platform/attachments/attachment.ts';
import type { Database, Transaction } from '#platform/db/database.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import { profileChanged } from '../events/events.ts';
import { bigramsOf, handleCandidates, searchable } from '../rules/rules.ts';
import { violatedIndex } from './violations.ts';

export type { Person };

/** What everybody may see of a person. */
export interface Card {
  id: string;
  name: string;
  handle: string;
  avatarUrl: string | null;
  avatarFileId: string | null;
}

/** Somebody who signs up; without a handle of their choice, one is made from the name. */
export interface NewPerson {
  id: string;
  email: string;
  passwordHash: string;
  name: string;
  handle: string | null;
  createdAt: Date;
}

/** What of a person changes by hand. */
export type PersonChange = Partial<ProfileChange & Pick<Person, 'profileVisibility' | 'version'>>;

/** What people change of their card and profile. */
export type ProfileChange = Pick<
  Person,
  | 'name'
  | 'handle'
  | 'bio'
  | 'avatarUrl'
  | 'avatarFileId'
  | 'locale'
  | 'timeZone'
  | 'units'
  | 'bornOn'
  | 'sex'
  | 'heightCm'
  | 'objective'
>;

/** People: their accounts, cards and profiles. */
export interface PeopleStore {
  /** Throws ALREADY_EXISTS where the e-mail or the handle is taken. */
  create(transaction: Transaction<PrismaClient>, person: NewPerson): Promise<void>;
  byId(id: string): Promise<Person | null>;
  byEmail(email: string): Promise<Person | null>;
  cardByHandle(handle: string): Promise<Card | null>;
  /** Those that exist, in any order. One statement. */
  cards(ids: readonly string[]): Promise<Card[]>;
  /** Those of these pairs of person and file that are a person and their picture. */
  avatars(attachments: readonly Attachment[]): Promise<Attachment[]>;
  /** Loads, changes and saves in one transaction. What `change` throws refuses the change. */
  update(id: string, change: (person: Person) => PersonChange): Promise<Person>;
}

const CARD = { id: true, name: true, handle: true, avatarUrl: true, avatarFileId: true } as const;

export function createPeopleStore({ prisma, transaction }: Database<PrismaClient>): PeopleStore {
  return {
    async create({ tx }, { handle: wanted, ...person }) {
      const handles = wanted === null ? await freeHandles(tx, person.name) : [wanted];
      for (const handle of handles) {
        const data = { ...person, handle, ...searchColumns(person.name, handle) };
        // A conflict that threw would end the transaction, and with it the search for a handle.
        const { count } = await tx.person.createMany({ data, skipDuplicates: true });
        if (count === 1) return;
        if ((await tx.person.count({ where: { email: person.email } })) > 0) throw emailTaken();
      }
      throw wanted === null
        ? new DomainError('ALREADY_EXISTS', 'Choose a handle: those made from this name are taken.', {
            reason: 'HANDLE_TAKEN',
          })
        : handleTaken();
    },

    byId: (id) => prisma.person.findUnique({ where: { id } }),
    byEmail: (email) => prisma.person.findUnique({ where: { email } }),
    cardByHandle: (handle) => prisma.person.findUnique({ where: { handle }, select: CARD }),
    cards: (ids) => prisma.person.findMany({ where: { id: { in: [...new Set(ids)] } }, select: CARD }),

    async avatars(attachments) {
      const people = await prisma.person.findMany({
        where: {
          id: { in: attachments.map(({ subjectId }) => subjectId) },
          avatarFileId: { in: attachments.map(({ fileId }) => fileId) },
        },
        select: { id: true, avatarFileId: true },
      });
      const pictures = new Map(people.map((person) => [person.id, person.avatarFileId]));
      return attachments.filter(({ subjectId, fileId }) => pictures.get(subjectId) === fileId);
    },

    update(id, change) {
      return transaction(async ({ tx, append }) => {
        await executeIn(tx, LOCK_PERSON, [id]);
        const person = await tx.person.findUnique({ where: { id } });
        if (person === null) throw notFound('person');
        const data = change(person);
        const search = searchColumns(data.name ?? person.name, data.handle ?? person.handle);
        await append(profileChanged(id));
        return await tx.person.update({ where: { id }, data: { ...data, ...search } });
      }).catch((error) => {
        throw violatedIndex(error) === 'people_handle_key' ? handleTaken() : error;
      });
    },
  };
}

/** Two changes of a person, one behind the other. */
export const LOCK_PERSON = sql<[id: string]>('SELECT FROM people WHERE id = $1::uuid FOR UPDATE');

function searchColumns(name: string, handle: string) {
  const searchName = searchable(name);
  return { searchName, searchBigrams: bigramsOf(handle, searchName) };
}

/** Those made from a name that nobody has. Somebody of the same name can take one a moment later. */
async function freeHandles(tx: PrismaClient, name: string): Promise<string[]> {
  const digits = Array.from({ length: 8 }, () => String(Math.floor(1_000 + Math.random() * 9_000)));
  const candidates = handleCandidates(name, digits);
  const taken = await tx.person.findMany({
    where: { handle: { in: candidates } },
    select: { handle: true },
  });
  return candidates.filter((candidate) => !taken.some(({ handle }) => handle === candidate));
}

function emailTaken(): DomainError {
  return new DomainError('ALREADY_EXISTS', 'There is an account with this e-mail address: sign in instead.', {
    reason: 'EMAIL_TAKEN',
    fields: [{ path: 'email', message: 'has an account' }],
  });
}

function handleTaken(): DomainError {
  return new DomainError('ALREADY_EXISTS', 'Somebody has this handle: choose another one.', {
    reason: 'HANDLE_TAKEN',
    fields: [{ path: 'handle', message: 'is taken' }],
  });
}
