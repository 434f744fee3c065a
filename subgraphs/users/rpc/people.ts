import type { UpdateProfileRequest__Output } from '#gen/proto/fitme/users/v1/UpdateProfileRequest.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { attachFiles, type FilesClient } from '#platform/attachments/attach-files.ts';
import { DomainError, invalidField, notFound } from '#platform/errors.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { AVATAR_KIND } from '../attachments.ts';
import {
  accountOf,
  objectives,
  profileOf,
  sexes,
  units,
  userEdgesOf,
  userOf,
  visibilities,
} from '../present.ts';
import { birthDateFault, normalizeHandle, searchable } from '../rules.ts';
import type { Person, PersonChange } from '../store/people.ts';
import { searchCursor } from '../store/profiles.ts';
import type { Store } from '../store.ts';

export type PeopleMethods =
  | 'BatchGetUsers'
  | 'BatchGetProfiles'
  | 'BatchGetTimeZones'
  | 'GetUserByHandle'
  | 'SearchUsers'
  | 'UpdateProfile'
  | 'UpdatePrivacy';

export interface PeopleParts {
  store: Store;
  files: FilesClient;
  now(): number;
}

/** Cards, profiles and search. */
export function createPeopleHandlers({
  store,
  files,
  now,
}: PeopleParts): Pick<Handlers<UsersServiceDefinition>, PeopleMethods> {
  return {
    async BatchGetUsers({ ids }) {
      const cards = await store.people.cards(ids);
      return { users: cards.map(userOf) };
    },

    async BatchGetProfiles({ userIds }, { viewer, signal }) {
      const { id } = requirePerson(viewer);
      const visible = await store.profiles.visibleProfiles(id, userIds, signal);
      return { profiles: visible.map(profileOf) };
    },

    // For services: its scope is theirs alone.
    async BatchGetTimeZones({ userIds }, { signal }) {
      return { timeZones: await store.profiles.timeZones(userIds, signal) };
    },

    async GetUserByHandle({ handle }) {
      const card = await store.people.cardByHandle(normalizeHandle(handle));
      if (card === null) throw notFound('person');
      return { user: userOf(card) };
    },

    async SearchUsers({ text, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const window = windowOf(page, searchCursor);
      if (window.direction === 'backwards')
        throw invalidField('page.last', 'Search reads forwards only: send first and after.');
      const sought = searchable(text.trim().replace(/^@/, ''));
      if ([...sought].length < 2) throw invalidField('text', 'takes 2 to 80 characters');
      return userEdgesOf(await store.profiles.search({ viewerId, text: sought, window }, signal));
    },

    async UpdateProfile(request, call) {
      const { id } = requirePerson(call.viewer);
      const change = changeOf(request, new Date(now()));
      if (change.avatarFileId) {
        const avatar = { ownerId: id, subjectKind: AVATAR_KIND, subjectId: id };
        const fileIds = [change.avatarFileId];
        await attachFiles(files, { ...avatar, fileIds }, 'avatarFileId', call);
      }
      const person = await store.people.update(id, ({ version }) => {
        if (version !== request.expectedVersion) {
          throw new DomainError(
            'CONFLICT',
            `Your profile is at version ${version} by now: read it again, and send your change with that version.`,
          );
        }
        return { ...change, version: version + 1 };
      });
      return { user: userOf(person), profile: profileOf(ownProfile(person)) };
    },

    async UpdatePrivacy({ profileVisibility }, { viewer }) {
      const { id } = requirePerson(viewer);
      const visibility = visibilities.requiredNameOf(profileVisibility);
      return { account: accountOf(await store.people.update(id, () => ({ visibility }))) };
    },
  };
}

/** What is present in the request; an empty value takes away what may be missing. */
function changeOf(request: UpdateProfileRequest__Output, today: Date): PersonChange {
  const { name, handle, bio, avatarUrl, avatarFileId, locale, timeZone, birthDate, heightCm } = request;
  const fault = birthDate ? birthDateFault(birthDate, today) : null;
  if (fault !== null) throw invalidField('birthDate', fault);
  return {
    ...(name !== undefined && { name: name.trim() }),
    ...(handle !== undefined && { handle: normalizeHandle(handle) }),
    ...(bio !== undefined && { bio }),
    // One picture at a time.
    ...(avatarUrl !== undefined && { avatarUrl, avatarFileId: null }),
    ...(avatarFileId !== undefined && { avatarFileId: avatarFileId || null, avatarUrl: avatarUrl ?? '' }),
    ...(locale !== undefined && { locale: Intl.getCanonicalLocales(locale)[0] ?? locale }),
    ...(timeZone !== undefined && { timeZone }),
    ...(request.units !== undefined && { units: units.requiredNameOf(request.units) }),
    ...(birthDate !== undefined && {
      birthDate: birthDate === '' ? null : new Date(`${birthDate}T00:00:00Z`),
    }),
    ...(request.sex !== undefined && { sex: sexes.nameOf(request.sex) }),
    ...(heightCm !== undefined && { heightCm: heightCm === 0 ? null : heightCm }),
    ...(request.objective !== undefined && { objective: objectives.nameOf(request.objective) }),
  };
}

function ownProfile(person: Person) {
  return { ...person, birthDate: person.birthDate?.toISOString().slice(0, 10) ?? null };
}
