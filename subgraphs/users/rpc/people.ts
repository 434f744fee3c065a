import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { attachFiles, type FilesClient } from '#platform/attachments/attach-files.ts';
import { DomainError, invalidField, notFound } from '#platform/errors.ts';
import { changed } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { changeablePrivacy, changeableProfile } from '../requests/requests.ts';
import { bornOnFault, normalizeHandle, searchable } from '../rules/rules.ts';
import type { Person, ProfileChange } from '../store/people.ts';
import { searchCursor } from '../store/profiles.ts';
import type { Store } from '../store/store.ts';
import { AVATAR_KIND } from './attachments.ts';
import {
  accountOf,
  objectives,
  profileOf,
  sexes,
  units,
  userEdgesOf,
  userOf,
  visibilities,
} from './present.ts';

export type PeopleMethods =
  | 'BatchGetUsers'
  | 'BatchGetUserProfiles'
  | 'BatchGetTimeZones'
  | 'GetUserByHandle'
  | 'SearchUsers'
  | 'UpdateUserProfile'
  | 'UpdateProfilePrivacy';

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

    async BatchGetUserProfiles({ userIds }, { viewer, signal }) {
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
      const sought = searchable(text.trim().replace(/^@/, ''));
      if ([...sought].length < 2) throw invalidField('text', 'takes 2 to 80 characters');
      return userEdgesOf(await store.profiles.search({ viewerId, text: sought, window }, signal));
    },

    async UpdateUserProfile(request, call) {
      const { id } = requirePerson(call.viewer);
      const stored = await store.people.byId(id);
      if (stored === null) throw notFound('person');
      const change = changeOf(stored, request, new Date(now()));
      // A picture that stays may be gone from the files by now.
      if (change.avatarFileId !== null && change.avatarFileId !== stored.avatarFileId) {
        const avatar = { ownerId: id, subjectKind: AVATAR_KIND, subjectId: id };
        const fileIds = [change.avatarFileId];
        await attachFiles(files, { ...avatar, fileIds }, 'avatarFileId', call);
      }
      const person = await store.people.update(id, ({ version }) => {
        if (version !== request.expectedVersion) {
          throw new DomainError(
            'CONFLICT',
            `Your profile is at version ${version} by now: read it again, and send your change with that version.`,
            { reason: 'VERSION_STALE', parameters: { version } },
          );
        }
        return { ...change, version: version + 1 };
      });
      return { user: userOf(person), profile: profileOf(ownProfile(person)) };
    },

    async UpdateProfilePrivacy(request, { viewer }) {
      const { id } = requirePerson(viewer);
      const person = await store.people.update(id, (stored) => {
        const { profileVisibility } = changed(changeablePrivacy, accountOf(stored), request);
        return { profileVisibility: visibilities.requiredNameOf(profileVisibility) };
      });
      return { account: accountOf(person) };
    },
  };
}

type UpdateRequest = Parameters<Handlers<UsersServiceDefinition>['UpdateUserProfile']>[0];

/** All that people can change of their card and profile, as a request leaves it. */
function changeOf(stored: Person, request: UpdateRequest, today: Date): ProfileChange {
  const { bornOn: storedBornOn } = ownProfile(stored);
  const before = {
    ...stored,
    units: units.valueOf(stored.units),
    bornOn: storedBornOn,
    sex: stored.sex && sexes.valueOf(stored.sex),
    objective: stored.objective && objectives.valueOf(stored.objective),
  };
  const { bornOn, ...profile } = changed(changeableProfile, before, request);
  // People grow older than they were when they stated it.
  const fault = bornOn === null || bornOn === storedBornOn ? null : bornOnFault(bornOn, today);
  if (fault !== null) throw invalidField('bornOn', fault);
  return {
    ...profile,
    ...onePicture(stored, profile),
    name: profile.name.trim(),
    bio: profile.bio || null,
    handle: normalizeHandle(profile.handle),
    locale: Intl.getCanonicalLocales(profile.locale)[0] ?? profile.locale,
    units: units.requiredNameOf(profile.units),
    bornOn: bornOn === null ? null : new Date(`${bornOn}T00:00:00Z`),
    sex: profile.sex && sexes.requiredNameOf(profile.sex),
    objective: profile.objective && objectives.requiredNameOf(profile.objective),
  };
}

type Picture = Pick<Person, 'avatarUrl' | 'avatarFileId'>;

/** A file takes the place of a URL, and a URL that of a file. */
function onePicture(stored: Picture, { avatarUrl, avatarFileId }: Picture): Picture {
  if (avatarUrl === null || avatarFileId === null) return { avatarUrl, avatarFileId };
  return avatarFileId === stored.avatarFileId
    ? { avatarUrl, avatarFileId: null }
    : { avatarUrl: null, avatarFileId };
}

function ownProfile(person: Person) {
  return { ...person, bornOn: person.bornOn?.toISOString().slice(0, 10) ?? null };
}
