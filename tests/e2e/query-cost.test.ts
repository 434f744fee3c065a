import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStatementCount, type StatementCount } from '../statement-count.ts';
import { type E2eNetwork, type Person, startNetwork } from './network.ts';

const OVERVIEW = /* GraphQL */ `
  query Overview {
    viewer {
      conversations(first: 20) {
        edges {
          node {
            title
            unreadCount
            lastMessage { body sender { name } }
            participants(first: 10) { nodes { name } }
          }
        }
      }
    }
  }
`;

interface OverviewData {
  viewer: {
    conversations: {
      edges: {
        node: {
          title: string;
          unreadCount: number;
          lastMessage: { body: string; sender: { name: string } };
          participants: { nodes: { name: string }[] };
        };
      }[];
    };
  };
}

let network: E2eNetwork;
let statements: StatementCount;
let people: Person[];

beforeAll(async () => {
  network = await startNetwork();
  statements = await openStatementCount(network.database.adminUrl);
  people = [];
  for (let index = 0; index < 10; index += 1) people.push(await network.signUp(`Person ${index}`));
});

afterAll(async () => {
  await statements?.close();
  await network?.close();
});

it('asks 4 subgraph calls and 8 statements of the overview, for 20 conversations of 10 people as for 1', async () => {
  await startConversations(1);
  const one = await costOfOverview(1);
  await startConversations(19);
  const twenty = await costOfOverview(20);
  for (const cost of [one, twenty]) {
    expect(cost.calls).toBeLessThanOrEqual(4);
    expect(cost.statements, cost.queries.join('\n')).toBeLessThanOrEqual(8);
  }
  expect(twenty.calls).toBe(one.calls);
  expect(twenty.statements, twenty.queries.join('\n')).toBe(one.statements);
});

/** Caches cold: the processes' own are per request, and PostgreSQL's plans are made anew by a fresh connection's statement. */
async function costOfOverview(conversations: number) {
  const [reader] = people as [Person];
  // Notifications are still being made of what was just sent: not a part of the query's cost.
  await expect.poll(() => unreadNotifications(reader)).toBe(conversations);
  const callsBefore = await subgraphCalls();
  const ran = await statements.during(async () => {
    const answer = await network.run<OverviewData>(OVERVIEW, { token: reader.token });
    expect(answer.errors).toBeUndefined();
    const edges = answer.data?.viewer.conversations.edges ?? [];
    expect(edges).toHaveLength(conversations);
    for (const { node } of edges) {
      expect(node.lastMessage.body).toMatch(/^Hello /);
      expect(node.lastMessage.sender.name).toBe('Person 1');
      expect(node.unreadCount).toBe(1);
      expect(node.participants.nodes).toHaveLength(10);
    }
  });
  return {
    calls: (await subgraphCalls()) - callsBefore,
    statements: ran.reduce((sum, { calls }) => sum + calls, 0),
    queries: ran.map(({ query, calls }) => `${calls} × ${query}`),
  };
}

async function unreadNotifications({ token }: Person): Promise<number | undefined> {
  const answer = await network.run<{ viewer: { unreadNotificationCount: number } }>(
    '{ viewer { unreadNotificationCount } }',
    { token },
  );
  return answer.data?.viewer.unreadNotificationCount;
}

async function subgraphCalls(): Promise<number> {
  const text = await (await fetch(`${network.gatewayUrl}/metrics`)).text();
  const counts = [...text.matchAll(/^fitme_gateway_subgraph_fetch_duration_seconds_count\{.*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

async function startConversations(count: number): Promise<void> {
  const [reader, sender] = people as [Person, Person];
  for (let index = 0; index < count; index += 1) {
    const started = await network.run<{ startGroupConversation: { conversation: { id: string } } }>(
      /* GraphQL */ `mutation Start($input: StartGroupConversationInput!) {
        startGroupConversation(input: $input) { conversation { id } }
      }`,
      {
        token: reader.token,
        variables: {
          input: {
            title: `Group ${randomUUID()}`,
            participantIds: people.slice(1).map(({ id }) => id),
            idempotencyKey: randomUUID(),
          },
        },
      },
    );
    const conversationId = started.data?.startGroupConversation.conversation.id;
    const sent = await network.run(
      /* GraphQL */ `mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }`,
      {
        token: sender.token,
        variables: { input: { conversationId, body: `Hello ${index}`, idempotencyKey: randomUUID() } },
      },
    );
    expect(sent.errors).toBeUndefined();
  }
}
