import { signUp, usersService } from '#tests/people.ts';
import type { MakeUpdateCases, Shown } from './update-case.ts';
import { uploadPicture } from './upload.ts';

const USER = `user {
  name handle avatarUrl avatarFileId: avatar { id }
  profile { bio locale timeZone units bornOn sex heightCm objective version }
}`;

export const userUpdates: MakeUpdateCases = async (network) => {
  const [ada, grace] = [await signUp(network, 'Ada'), await signUp(network, 'Grace')];
  const [door] = network.doors;
  const profile = {
    name: 'Ada King',
    handle: 'ada_of_updates',
    bio: 'Lifts engines.',
    avatarUrl: 'https://ada.example/me.png',
    locale: 'de-CH',
    timeZone: 'Europe/Zurich',
    units: 'IMPERIAL',
    bornOn: '1990-12-10',
    sex: 'FEMALE',
    heightCm: 168.5,
    objective: 'STRENGTH',
  };
  await door?.client(usersService, ada.token).updateUserProfile({
    ...profile,
    ...{ units: 'UNIT_SYSTEM_IMPERIAL', sex: 'SEX_FEMALE', objective: 'TRAINING_OBJECTIVE_STRENGTH' },
    expectedVersion: 1,
  });
  const avatarFileId = await uploadPicture(network, grace.token, 'FILE_PURPOSE_AVATAR');
  const withPicture = { name: 'Grace', avatarFileId };
  await door?.client(usersService, grace.token).updateUserProfile({ ...withPicture, expectedVersion: 1 });
  await door
    ?.client(usersService, ada.token)
    .updateProfilePrivacy({ profileVisibility: 'PROFILE_VISIBILITY_FRIENDS' });

  const common = { domain: 'users', mutation: 'updateUserProfile', key: {}, selection: USER, version: 2 };
  return [
    {
      ...common,
      token: ada.token,
      read: ({ avatarFileId: _none, profile: told, ...card }: Shown) => ({ ...card, ...told }),
      whole: profile,
      none: { bio: null, avatarUrl: null, bornOn: null, sex: null, heightCm: null, objective: null },
    },
    {
      ...common,
      token: grace.token,
      read: ({ name, avatarFileId: picture, profile: { version } }: Shown) => ({
        ...{ name, avatarFileId: picture, version },
      }),
      whole: withPicture,
      none: { avatarFileId: null },
    },
    {
      ...{ domain: 'users', mutation: 'updateProfilePrivacy', key: {}, token: ada.token },
      selection: 'viewer { account { profileVisibility } }',
      read: ({ account }: Shown) => account,
      whole: { profileVisibility: 'FRIENDS' },
      none: {},
    },
  ];
};
