import type { TraceEdge } from '../otlp-receiver.ts';

/** What an operation leaves behind in the traces of the whole network: all of it, and nothing else. */
export interface TracedOperation {
  /** Service and name of the span that stands for the operation. */
  readonly span: string;
  /** Who calls whom in the trace that the client began. */
  readonly edges: readonly TraceEdge[];
  /** The same for what it causes later: traces of their own that link to it, by service and name of their first span. */
  readonly causes: Readonly<Record<string, readonly TraceEdge[]>>;
}

/** By a sentence about the operation. */
export const TRACE_MATRIX = {
  'a query over three domains': {
    span: 'gateway: query MyDay',
    edges: [
      http('client', 'gateway'),
      ...['users', 'messaging', 'notifications'].flatMap((domain) => [
        http('gateway', domain),
        postgresql(domain),
      ]),
    ],
    causes: {},
  },
  'a query over a WebSocket': {
    span: 'gateway: query Whoami',
    edges: [http('gateway', 'users'), postgresql('users')],
    causes: {},
  },
  'signing in, with its limits in Redis': {
    span: 'gateway: mutation SignIn',
    edges: [http('client', 'gateway'), http('gateway', 'users'), postgresql('users'), redis('users')],
    causes: {},
  },
  'a friend request, which arrives in an inbox': {
    span: 'gateway: mutation Befriend',
    edges: [http('client', 'gateway'), http('gateway', 'users'), postgresql('users')],
    causes: {
      'users: relay events': [redis('users')],
      'notifications: apply events': [postgresql('notifications')],
      'notifications: relay events': [redis('notifications')],
    },
  },
  'starting a direct conversation, which users must allow': {
    span: 'gateway: mutation StartDirect',
    edges: writesToSomebody(),
    causes: { 'messaging: relay events': [postgresql('messaging'), redis('messaging')] },
  },
  'a message, which arrives in an inbox': {
    span: 'gateway: mutation Send',
    edges: writesToSomebody(),
    causes: messageArrives(),
  },
  'a message with a file, of which files is told': {
    span: 'gateway: mutation Send',
    edges: [...writesToSomebody(), grpc('messaging', 'files'), postgresql('files')],
    causes: messageArrives(),
  },
  'a file of another, which messaging lets be seen': {
    span: 'gateway: query ReadFile',
    edges: [
      http('client', 'gateway'),
      http('gateway', 'files'),
      postgresql('files'),
      grpc('files', 'messaging'),
      postgresql('messaging'),
    ],
    causes: {},
  },
  'inviting a client, whom users must know': {
    span: 'gateway: mutation Invite',
    edges: [
      http('client', 'gateway'),
      http('gateway', 'training'),
      postgresql('training'),
      grpc('training', 'users'),
      postgresql('users'),
    ],
    causes: { 'training: relay events': [redis('training')] },
  },
  'a grant, of which every domain keeps a copy that asks for it': {
    span: 'gateway: mutation Accept',
    edges: [http('client', 'gateway'), http('gateway', 'training'), postgresql('training')],
    causes: {
      'training: relay events': [redis('training')],
      'messaging: apply events': [postgresql('messaging')],
      'diet: apply events': [postgresql('diet')],
      'diet: relay events': [redis('diet')],
      'workouts: apply events': [postgresql('workouts')],
      'workouts: relay events': [redis('workouts')],
    },
  },
  'the beginning of a subscription': {
    span: 'gateway: subscription Follow',
    edges: [grpc('gateway', 'messaging'), postgresql('messaging')],
    causes: {},
  },
  'a message over gRPC, which arrives in an inbox and in a subscription': {
    span: 'messaging: fitme.messaging.v1.MessagingService/SendMessage',
    edges: [
      grpc('client', 'messaging'),
      postgresql('messaging'),
      grpc('messaging', 'users'),
      postgresql('users'),
    ],
    causes: {
      ...messageArrives(),
      'gateway: live.read': [grpc('gateway', 'messaging'), postgresql('messaging')],
      'gateway: live.deliver': [
        http('gateway', 'messaging'),
        postgresql('messaging'),
        http('gateway', 'users'),
        postgresql('users'),
      ],
    },
  },
  'a first session, on the calendar that users keep of whoever trains': {
    span: 'gateway: mutation Start',
    edges: [
      http('client', 'gateway'),
      http('gateway', 'workouts'),
      postgresql('workouts'),
      grpc('workouts', 'users'),
      postgresql('users'),
    ],
    causes: { 'workouts: relay events': [redis('workouts')] },
  },
  'a finished session, which counts on boards and arrives in subscriptions': {
    span: 'gateway: mutation Finish',
    edges: [http('client', 'gateway'), http('gateway', 'workouts'), postgresql('workouts')],
    causes: {
      'workouts: relay events': [redis('workouts')],
      'leaderboards: apply events': [
        grpc('leaderboards', 'workouts'),
        postgresql('workouts'),
        postgresql('leaderboards'),
        redis('leaderboards'),
      ],
      'leaderboards: relay events': [redis('leaderboards')],
      'gateway: live.read': [grpc('gateway', 'workouts'), postgresql('workouts')],
      'gateway: live.deliver': [
        http('gateway', 'workouts'),
        postgresql('workouts'),
        http('gateway', 'leaderboards'),
        postgresql('leaderboards'),
        redis('leaderboards'),
      ],
    },
  },
  'a board with its people': {
    span: 'gateway: query Board',
    edges: [
      http('client', 'gateway'),
      http('gateway', 'leaderboards'),
      postgresql('leaderboards'),
      redis('leaderboards'),
      http('gateway', 'users'),
      postgresql('users'),
    ],
    causes: {},
  },
  'a meal plan that a trainer writes for a client': {
    span: 'gateway: mutation Plan',
    edges: [http('client', 'gateway'), http('gateway', 'diet'), postgresql('diet')],
    causes: { 'diet: relay events': [redis('diet')] },
  },
  'a shopping list for two, between whom users must know of no block': {
    span: 'gateway: mutation Share',
    edges: [
      http('client', 'gateway'),
      http('gateway', 'diet'),
      postgresql('diet'),
      grpc('diet', 'users'),
      postgresql('users'),
    ],
    causes: { 'diet: relay events': [redis('diet')] },
  },
  'a picture of oneself, which files must have': {
    span: 'gateway: mutation Picture',
    edges: [
      http('client', 'gateway'),
      http('gateway', 'users'),
      postgresql('users'),
      grpc('users', 'files'),
      postgresql('files'),
    ],
    causes: {
      'users: relay events': [redis('users')],
      // Of a profile that has changed, the time zone may be another one.
      'workouts: apply events': [grpc('workouts', 'users'), postgresql('users'), postgresql('workouts')],
    },
  },
  'a read over gRPC': {
    span: 'messaging: fitme.messaging.v1.MessagingService/ListConversations',
    edges: [grpc('client', 'messaging'), postgresql('messaging')],
    causes: {},
  },
} satisfies Record<string, TracedOperation>;

export type OperationName = keyof typeof TRACE_MATRIX;

/** Runs an operation of the matrix under a traceparent of its own, and waits for all of its traces. */
export type Trace = <T>(name: OperationName, run: (traceparent: string) => Promise<T>) => Promise<T>;

/** Messaging asks users whether a block stands. */
function writesToSomebody(): TraceEdge[] {
  return [
    http('client', 'gateway'),
    http('gateway', 'messaging'),
    postgresql('messaging'),
    grpc('messaging', 'users'),
    postgresql('users'),
  ];
}

/** Events are applied with a read of who is to be told, and applying them is an event again. */
function messageArrives() {
  return {
    'messaging: relay events': [postgresql('messaging'), redis('messaging')],
    'notifications: apply events': [
      grpc('notifications', 'messaging'),
      postgresql('messaging'),
      postgresql('notifications'),
    ],
    'notifications: relay events': [redis('notifications')],
  };
}

function http(from: string, to: string): TraceEdge {
  return { from, to, via: 'http' };
}

function grpc(from: string, to: string): TraceEdge {
  return { from, to, via: 'grpc' };
}

function postgresql(from: string): TraceEdge {
  return { from, to: 'postgresql', via: 'database' };
}

function redis(from: string): TraceEdge {
  return { from, to: 'redis', via: 'database' };
}
