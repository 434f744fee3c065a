import { signUp } from '#tests/people.ts';
import type { MakeUpdateCases } from './update-case.ts';

export const notificationUpdates: MakeUpdateCases = async (network) => {
  const { token } = await signUp(network, 'Nora');
  const key = { kind: 'MESSAGE_SENT' };
  const preference = { inApp: false };
  const mutation = 'updateNotificationPreference';
  const operation = `mutation ($input: UpdateNotificationPreferenceInput!) { ${mutation}(input: $input) { __typename } }`;
  await network.graphql('notifications', operation, {
    variables: { input: { ...key, ...preference } },
    token,
  });
  return [
    {
      ...{ domain: 'notifications', token, mutation, key },
      selection: 'notificationPreference { inApp }',
      whole: preference,
      none: {},
    },
  ];
};
