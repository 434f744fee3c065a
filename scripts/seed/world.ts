import { DEMO_LOGINS } from '../demo-logins.ts';
import { CONVERSATIONS, type SeedConversation } from './conversations.ts';
import { makeDiet } from './diet.ts';
import type { SeedHost, Services } from './host.ts';
import { takePart } from './leaderboards.ts';
import { type Member, type Members, memberOf } from './members.ts';
import { DEMO, FRIENDS, PEOPLE, type SeedPerson, WAITING } from './people.ts';
import { AVATARS, hills, portrait, uploadPicture } from './pictures.ts';
import { train } from './training.ts';
import { makeWorkouts } from './workouts.ts';

/** Who asks the demo user, who accepted them, and where somebody has written to them since they last read. */
export const EXPECTED_NOTIFICATIONS =
  WAITING.filter(([, asked]) => asked === DEMO).length +
  FRIENDS.filter(([asker]) => asker === DEMO).length +
  CONVERSATIONS.filter(({ unread }) => unread !== undefined).length;

/** Gives somebody a role: the first administrator has nobody who could. */
export type GrantRole = (email: string, role: string) => Promise<void>;

/**
 * Makes the demo world through the services' own methods. Every creation has a key of its own: a seed that was cut off
 * goes on where it stopped.
 */
export async function makeWorld(host: SeedHost, grantRole: GrantRole): Promise<void> {
  const entries = await Promise.all(
    PEOPLE.map(async (person) => [person.handle, await join(host, person, grantRole)] as const),
  );
  const members: Members = new Map(entries);
  await Promise.all(FRIENDS.map((pair) => befriend(members, pair)));
  await takePart((handle) => memberOf(members, handle));
  await Promise.all(WAITING.map((pair) => ask(members, pair)));
  await Promise.all(CONVERSATIONS.map((conversation, index) => hold(members, conversation, `seed-${index}`)));
  await train(members);
  await makeDiet((handle) => memberOf(members, handle));
  await makeWorkouts((handle) => memberOf(members, handle));
}

async function join(
  host: SeedHost,
  { handle, name, email, role, profile, visibility }: SeedPerson,
  grantRole: GrantRole,
): Promise<Member> {
  const password = DEMO_LOGINS[0]?.password ?? '';
  const account = { email, password, name, handle, idempotencyKey: 'seed' };
  const { user, authTokens } = await host.as().users.signUp(account);
  if (user === null || authTokens === null) throw new Error('A sign-up answers the person and their tokens.');
  const services = host.as(
    role === undefined || role === 'ADMIN' ? authTokens.accessToken : await tokenWith(role),
  );
  const { profiles } = await services.users.batchGetUserProfiles({ userIds: [user.id] });
  if (profiles[0]?.version === 1) await services.users.updateUserProfile({ ...profile, expectedVersion: 1 });
  const hue = AVATARS[handle];
  if (hue !== undefined && (profiles[0]?.version ?? 0) <= 2) await showPicture(services, hue);
  if (visibility)
    await services.users.updateProfilePrivacy({ profileVisibility: `PROFILE_VISIBILITY_${visibility}` });
  return { ...services, id: user.id };

  /** A role reaches tokens at the next sign-in. */
  async function tokenWith(role: string): Promise<string | undefined> {
    await grantRole(email, role);
    return (await host.as().users.signIn({ email, password })).authTokens?.accessToken;
  }
}

async function showPicture(services: Services, hue: number): Promise<void> {
  const picture = {
    name: 'portrait.png',
    purpose: 'FILE_PURPOSE_AVATAR',
    bytes: await portrait(hue),
  } as const;
  const avatarFileId = await uploadPicture(services, picture);
  // The first update made it version 2.
  await services.users.updateUserProfile({ avatarFileId, expectedVersion: 2 });
}

async function sendPicture(author: Member): Promise<string> {
  return uploadPicture(author, { name: 'sunday.png', purpose: 'FILE_PURPOSE_MESSAGE', bytes: await hills() });
}

async function ask(members: Members, [asker, asked]: readonly [string, string]): Promise<string> {
  const { users } = memberOf(members, asker);
  const wish = { userId: memberOf(members, asked).id, idempotencyKey: `seed-${asked}` };
  const { friendRequest } = await users.sendFriendRequest(wish);
  return friendRequest?.id ?? '';
}

async function befriend(members: Members, pair: readonly [string, string]): Promise<void> {
  const friendRequestId = await ask(members, pair);
  await memberOf(members, pair[1]).users.acceptFriendRequest({ friendRequestId });
}

async function hold(members: Members, conversation: SeedConversation, key: string): Promise<void> {
  const conversationId = await start(members, conversation, key);
  const sent: string[] = [];
  for (const [index, line] of conversation.messages.entries()) {
    const [author = '', body = ''] = split(line, ': ');
    const reply = conversation.replies?.[index];
    const replyToMessageId = reply === undefined ? undefined : sent[reply];
    const { messaging } = memberOf(members, author);
    const fileIds = conversation.picture === index ? [await sendPicture(memberOf(members, author))] : [];
    const text = { conversationId, body, replyToMessageId, fileIds, idempotencyKey: `${key}-${index}` };
    const { message } = await messaging.sendMessage(text);
    sent.push(message?.id ?? '');
  }
  await Promise.all(
    conversation.people.map((handle) => read(members, conversation, handle, { conversationId, sent })),
  );
  for (const [index, reactions] of Object.entries(conversation.reactions ?? {})) {
    for (const reaction of reactions) {
      const [handle = '', emoji = ''] = split(reaction, ' ');
      await memberOf(members, handle).messaging.addMessageReaction({
        messageId: sent[Number(index)] ?? '',
        emoji,
      });
    }
  }
}

async function start(
  members: Members,
  { title, people }: SeedConversation,
  idempotencyKey: string,
): Promise<string> {
  const [first = '', ...others] = people;
  const { messaging } = memberOf(members, first);
  const otherIds = others.map((handle) => memberOf(members, handle).id);
  const { conversation } =
    title === undefined
      ? await messaging.startDirectConversation({ userId: otherIds[0] ?? '', idempotencyKey })
      : await messaging.startGroupConversation({ title, participantIds: otherIds, idempotencyKey });
  return conversation?.id ?? '';
}

/** Everybody has read everything, but for the demo user, who has something to come back to. */
async function read(
  members: Members,
  { unread = 0 }: SeedConversation,
  handle: string,
  { conversationId, sent }: { conversationId: string; sent: readonly string[] },
): Promise<void> {
  const messageId = sent.at(handle === DEMO ? -1 - unread : -1);
  if (messageId !== undefined)
    await memberOf(members, handle).messaging.markConversationRead({ conversationId, messageId });
}

/** At the first separator only. */
function split(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator);
  return [line.slice(0, at), line.slice(at + separator.length)];
}
