/**
 * GraphQL Yoga with its Redis pub/sub as it comes, over graphql-ws: `node yoga.ts <redis url> <port>`. What is published to
 * "conversation <id>" is what its subscribers get; there is no log, no token and nobody's access to judge.
 */
import { createServer } from 'node:http';
import { createRedisEventTarget } from '@graphql-yoga/redis-event-target';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';

const [, , redisUrl = '', port] = process.argv;

interface ConversationEvent {
  cursor: string;
  kind: string;
}

const pubSub = createPubSub<{ conversation: [id: string, event: ConversationEvent] }>({
  eventTarget: createRedisEventTarget({
    publishClient: new Redis(redisUrl),
    subscribeClient: new Redis(redisUrl),
  }),
});
const schema = createSchema({
  typeDefs: /* GraphQL */ `
    type Query { ok: Boolean }
    type Subscription { conversationEvents(conversationId: ID!): ConversationEvent! }
    type ConversationEvent { cursor: String! kind: String! }
  `,
  resolvers: {
    Subscription: {
      conversationEvents: {
        subscribe: (_: unknown, { conversationId }: { conversationId: string }) =>
          pubSub.subscribe('conversation', conversationId),
        resolve: (event: ConversationEvent) => event,
      },
    },
  },
});
const yoga = createYoga({ schema, logging: false });
const server = createServer(yoga);
const sockets = new WebSocketServer({ server, path: yoga.graphqlEndpoint });
type Enveloped = Pick<ReturnType<typeof yoga.getEnveloped>, 'execute' | 'subscribe'>;
useServer(
  {
    execute: (args) => (args.rootValue as Enveloped).execute(args),
    subscribe: (args) => (args.rootValue as Enveloped).subscribe(args),
    onSubscribe: async (context, _id, payload) => {
      const {
        schema: current,
        execute,
        subscribe,
        contextFactory,
        parse,
        validate,
      } = yoga.getEnveloped({
        ...context,
        req: context.extra.request,
        socket: context.extra.socket,
        params: payload,
      });
      const args = {
        schema: current,
        operationName: payload.operationName,
        document: parse(payload.query),
        variableValues: payload.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(args.schema, args.document);
      return errors.length > 0 ? errors : args;
    },
  },
  sockets,
);
server.listen(Number(port), '127.0.0.1');
