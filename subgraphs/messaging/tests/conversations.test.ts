import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { doorNames, startWorld, type World } from './world.ts';

let world: World;
let ada: Person;
let grace: Person;
let alan: Person;
let mallory: Person;

beforeAll(async () => {
  world = await startWorld();
  [ada, grace, alan, mallory] = await world.signUp('Ada', 'Grace', 'Alan', 'Mallory');
});

afterAll(() => world?.close());

/** Who is in a conversation, in the order in which they joined. */
async function participantsOf(viewer: Person, conversationId: string): Promise<string[]> {
  const { pages } = await world
    .as(viewer)
    .batchListConversationParticipants({ conversationIds: [conversationId] });
  return pages[0]?.edges.map(({ participant }) => participant?.userId ?? '') ?? [];
}

function startDirect(person: Person, other: Person, idempotencyKey: string = uuidv7()) {
  return world.as(person).startDirectConversation({ userId: other.id, idempotencyKey });
}

describe('a direct conversation', () => {
  it('is one per pair, however many start it at once', async () => {
    const [one, other] = await world.signUp('One', 'Other');
    const starts = Array.from({ length: 8 }, (_, turn) =>
      turn % 2 === 0 ? startDirect(one, other) : startDirect(other, one),
    );
    const ids = new Set((await Promise.all(starts)).map(({ conversation }) => conversation?.id));
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    expect(await world.logOf(`messaging.conversation.${id}`)).toEqual([
      { seq: 1, kind: 'conversation-started' },
      { seq: 2, kind: 'participant-added' },
    ]);
    const { edges } = await world.as(one).listConversations({});
    expect(edges.map(({ conversation }) => conversation?.id)).toEqual([id]);
  });

  it('takes two people who exist', async () => {
    expect(await refusalOf(startDirect(ada, ada))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'userId' }],
    });
    const nobody = { id: uuidv7(), token: '' };
    expect(await refusalOf(startDirect(ada, nobody))).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('is neither renamed nor left', async () => {
    const conversationId = await world.startDirect(ada, grace);
    const client = world.as(ada);
    const refusals = [
      client.renameConversation({ conversationId, title: 'We' }),
      client.leaveConversation({ conversationId }),
      client.addConversationParticipants({ conversationId, userIds: [alan.id] }),
    ].map(refusalOf);
    for (const refusal of await Promise.all(refusals)) expect(refusal.code).toBe('FAILED_PRECONDITION');
  });
});

describe.each(doorNames)('a block, through the %s door,', (door) => {
  it('keeps two people from starting a conversation, whoever blocked', async () => {
    const [one, other] = await world.signUp('One', 'Other');
    await world.block(one, other);
    const start = (person: Person, userId: string) =>
      world.as(person, door).startDirectConversation({ userId, idempotencyKey: uuidv7() });
    expect(await refusalOf(start(one, other.id))).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await refusalOf(start(other, one.id))).toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('keeps two people from writing in theirs, and leaves them what was written', async () => {
    const [one, other] = await world.signUp('One', 'Other');
    const conversationId = await world.startDirect(one, other);
    const messageId = await world.send(one, conversationId);
    await world.block(other, one);
    const client = world.as(one, door);
    const sent = client.sendMessage({ conversationId, body: 'Hello?', idempotencyKey: uuidv7() });
    expect(await refusalOf(sent)).toMatchObject({ code: 'FAILED_PRECONDITION' });
    const edited = client.editMessage({ messageId, body: 'Hello?', expectedVersion: 1 });
    expect(await refusalOf(edited)).toMatchObject({ code: 'FAILED_PRECONDITION' });
    const { edges } = await client.listMessages({ conversationId });
    expect(edges.map(({ message }) => message?.id)).toEqual([messageId]);
  });

  it('does not take back what was answered: a repeated request gets its first answer', async () => {
    const [one, other] = await world.signUp('One', 'Other');
    const client = world.as(one, door);
    const start = { userId: other.id, idempotencyKey: uuidv7() };
    const started = await client.startDirectConversation(start);
    const conversationId = started.conversation?.id ?? '';
    const send = { conversationId, body: 'Are you there?', idempotencyKey: uuidv7() };
    const sent = await client.sendMessage(send);
    await world.block(other, one);
    const again = await client.startDirectConversation(start);
    expect(again.conversation?.id).toBe(conversationId);
    expect(await client.sendMessage(send)).toEqual(sent);
    const another = client.sendMessage({ ...send, idempotencyKey: uuidv7() });
    expect(await refusalOf(another)).toMatchObject({ code: 'FAILED_PRECONDITION' });
    const { edges } = await client.listMessages({ conversationId });
    expect(edges).toHaveLength(1);
  });

  it('keeps the owner of a group from adding somebody', async () => {
    const [owner, other] = await world.signUp('Owner', 'Other');
    const conversationId = await world.startGroup(owner, grace);
    await world.block(other, owner);
    const added = world
      .as(owner, door)
      .addConversationParticipants({ conversationId, userIds: [alan.id, other.id] });
    const refusal = await refusalOf(added);
    expect(refusal).toMatchObject({ code: 'PERMISSION_DENIED', fields: [{ path: 'userIds' }] });
    expect(refusal.message).toContain(other.id);
    expect(await participantsOf(owner, conversationId)).toEqual([owner.id, grace.id]);
  });
});

describe('a group', () => {
  it('is what its owner makes of it, and nobody else', async () => {
    const conversationId = await world.startGroup(ada, grace, alan);
    const acts = (person: Person) => [
      () => world.as(person).renameConversation({ conversationId, title: 'Night run' }),
      () => world.as(person).addConversationParticipants({ conversationId, userIds: [mallory.id] }),
      () => world.as(person).removeConversationParticipant({ conversationId, userId: alan.id }),
      () => world.as(person).transferConversation({ conversationId, newOwnerId: grace.id }),
    ];
    for (const act of acts(grace))
      expect(await refusalOf(act())).toMatchObject({ code: 'PERMISSION_DENIED' });
    for (const act of acts(ada)) await act();
    expect(await participantsOf(grace, conversationId)).toEqual([ada.id, grace.id, mallory.id]);
    const { conversations } = await world.as(grace).batchGetConversations({ ids: [conversationId] });
    expect(conversations[0]).toMatchObject({ title: 'Night run', ownerId: grace.id, participantCount: 3 });
  });

  it('tells of each change in its log, once', async () => {
    const conversationId = await world.startGroup(ada, grace);
    const client = world.as(ada);
    for (let turn = 0; turn < 2; turn++) {
      await client.renameConversation({ conversationId, title: 'Night run' });
      await client.addConversationParticipants({ conversationId, userIds: [alan.id] });
      await client.removeConversationParticipant({ conversationId, userId: grace.id });
    }
    const log = await world.logOf(`messaging.conversation.${conversationId}`);
    expect(log.map(({ kind }) => kind)).toEqual([
      'conversation-started',
      'participant-added',
      'conversation-renamed',
      'participant-added',
      'participant-removed',
    ]);
  });

  it('passes to its longest participant when its owner leaves, and ends with nobody in it', async () => {
    const conversationId = await world.startGroup(ada, grace, alan);
    const left = await world.as(ada).leaveConversation({ conversationId });
    expect(left.conversation).toMatchObject({ active: false, ownerId: grace.id, participantCount: 2 });
    await world.as(alan).leaveConversation({ conversationId });
    const last = await world.as(grace).leaveConversation({ conversationId });
    expect(last.conversation).toMatchObject({ active: false, participantCount: 0 });
    expect(last.conversation?.ownerId).toBeUndefined();
    const again = world.as(grace).leaveConversation({ conversationId });
    expect(await refusalOf(again)).toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('has an owner at every moment, when all leave at once', async () => {
    const conversationId = await world.startGroup(ada, grace, alan);
    await Promise.all([ada, grace, alan].map((one) => world.as(one).leaveConversation({ conversationId })));
    const log = await world.logOf(`messaging.conversation.${conversationId}`);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_entry, index) => index + 1));
    expect(log.filter(({ kind }) => kind === 'participant-removed')).toHaveLength(3);
    const [row] = await world.sql('SELECT owner_id, participant_count FROM conversations WHERE id = $1', [
      conversationId,
    ]);
    expect(row).toEqual({ owner_id: null, participant_count: 0 });
  });

  it('takes 250 people at most', async () => {
    const conversationId = await world.startGroup(ada, grace);
    // People who exist would take a minute to sign up: rows will do for the count.
    await world.sql(
      `INSERT INTO memberships (conversation_id, user_id, joined_seq, joined_at, read_seq)
       SELECT $1, gen_random_uuid(), 2 + n, now(), 2 + n FROM generate_series(1, 247) n`,
      [conversationId],
    );
    const adding = (...people: Person[]) =>
      world.as(ada).addConversationParticipants({ conversationId, userIds: people.map(({ id }) => id) });
    const refusal = await refusalOf(adding(alan, mallory));
    expect(refusal).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('room for 1 '),
    });
    const { conversation } = await adding(alan);
    expect(conversation?.participantCount).toBe(250);
  });

  it('is nothing to somebody outside', async () => {
    const conversationId = await world.startGroup(ada, grace);
    const client = world.as(mallory);
    const refusals = [
      client.renameConversation({ conversationId, title: 'Mine' }),
      client.leaveConversation({ conversationId }),
      client.sendMessage({ conversationId, body: 'Let me in', idempotencyKey: uuidv7() }),
      client.listMessages({ conversationId }),
    ].map(refusalOf);
    for (const refusal of await Promise.all(refusals)) expect(refusal.code).toBe('NOT_FOUND');
    expect((await client.batchGetConversations({ ids: [conversationId] })).conversations).toEqual([]);
    expect(await participantsOf(mallory, conversationId)).toEqual([]);
    expect(await refusalOf(world.authorize(mallory, conversationId))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('an idempotency key', () => {
  it('gives the first answer again, and refuses another request', async () => {
    const request = { title: 'Once', participantIds: [grace.id], idempotencyKey: uuidv7() };
    const client = world.as(ada);
    const [one, two] = await Promise.all([
      client.startGroupConversation(request),
      client.startGroupConversation(request),
    ]);
    expect(two).toEqual(one);
    const other = client.startGroupConversation({ ...request, title: 'Twice' });
    expect(await refusalOf(other)).toMatchObject({ code: 'CONFLICT' });
    const key = uuidv7();
    await startDirect(ada, grace, key);
    expect(await refusalOf(startDirect(ada, alan, key))).toMatchObject({ code: 'CONFLICT' });
  });
});
