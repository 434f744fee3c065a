import type { PrismaPg } from '@prisma/adapter-pg';
import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import type { ZodType } from 'zod';
import type { Logger } from '#observability/logger.ts';
import type { AttachmentSubject } from './attachments/attachment.ts';
import type { CallContext, IncomingCall } from './call.ts';
import type { Database, Transaction } from './db/database.ts';
import type { ConsumerPlace } from './events/consumer-position.ts';
import type { LoggedEvent } from './events/event.ts';
import type { ServiceClient } from './grpc/client.ts';
import type { ServiceName } from './grpc/contract.ts';
import type { Handlers, RequestSchemas, ServedService, Service } from './service/service.ts';
import type { Viewer } from './viewer.ts';

/** What the host gives a domain to work with. */
export interface DomainHost<Client, Config = undefined> {
  db: Database<Client>;
  /** What the domain's own variables say (DomainDefinition.config). */
  config: Config;
  log: Logger;
  redis: Redis;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
  /** How old its copy of grants may be; what createTrainerGrants says where it is undefined. */
  grantsStaleAfterMs: number | undefined;
  /** Has whoever listens to these topics of state look anew. Rejects where Redis does not answer within 1 s. */
  wakeTopics(topics: readonly string[]): Promise<void>;
  /** Where this process answers HTTP, without slash at its end. Known once it listens. */
  ownUrl(): string;
  /** Another domain's service, over gRPC. */
  client<Definition>(domain: string, service: ServiceName<Definition>): ServiceClient<Definition>;
  /** Puts handlers behind the pipeline. */
  service<Definition>(
    name: ServiceName<Definition>,
    handlers: Handlers<Definition>,
    requests: RequestSchemas<Definition>,
  ): Service<Definition>;
}

/** The part of a topic that a viewer may see. */
export interface TopicAccess {
  /** The first seq. */
  fromSeq: number;
  /** The last seq; null while access lasts. */
  toSeq: number | null;
  /** Of a topic of state: it looks the same to everybody who may listen. It may look different to each where left out. */
  isShared?: boolean;
}

/** A family of topics that clients can listen to. */
export interface TopicDefinition {
  /** For example "messaging.conversation.{id}". */
  pattern: string;
  /** Logged: every event is kept and replayed. State: only the present counts. */
  mode: 'logged' | 'state';
  /** What the viewer may see of one topic; null where nothing, now or ever. `id` is the name's last part. */
  authorize(viewer: Viewer, id: string, call: CallContext): Promise<TopicAccess | null>;
  /** Ids of the people whose access this event changed. */
  accessChangedFor?(event: LoggedEvent): string[];
  /**
   * The event's subjects look the same to everybody whose access lasts and begins at this seq or in front of it; 0 where
   * they may look different to each, as where this is left out.
   */
  sharedFrom?(event: LoggedEvent): number;
}

/** What a domain does on another domain's events. Position and effect are one transaction. */
export interface ConsumerDefinition<Client, Loaded = unknown> {
  /** Unique in the domain; its position is kept under this name. */
  name: string;
  /** Whose log is read. */
  from: string;
  /** Kinds that matter; others are passed over. */
  kinds: readonly string[];
  /**
   * Events in one read, and in one transaction, which has the time of a single statement: fewer where one event changes
   * many rows. 200 where left out.
   */
  batch?: number;
  /** Reads what the events need, outside of the transaction; once per batch. */
  load(events: readonly LoggedEvent[]): Promise<Loaded>;
  /** Applies one event. Called in order; a second delivery never reaches it. */
  apply(transaction: Transaction<Client>, event: LoggedEvent, loaded: Loaded): Promise<void>;
  /** How often to look without a wake-up, milliseconds. 1,000 where left out. */
  pollMs?: number;
  /**
   * For a consumer that keeps a copy of what the other domain holds: it begins with all of it, and takes it anew where
   * events were lost, instead of going on without them.
   *
   * @returns what puts the other domain's present state in the place of the copy
   */
  resynchronise?(signal: AbortSignal): Promise<(transaction: Transaction<Client>) => Promise<void>>;
  /** Everything is applied that was committed `ageMs` ago, and the position of it is kept. */
  caughtUp?(place: ConsumerPlace, ageMs: number): Promise<void>;
}

/** Work by the clock, run by one process at a time. */
export interface JobDefinition {
  name: string;
  /** Five fields, UTC. */
  cron: string;
  run(signal: AbortSignal): Promise<void>;
}

/** The GraphQL door of a domain. */
export interface GraphDefinition<Context> {
  /** Resolvers by type; scalars come from the platform. */
  resolvers: object;
  /** Made once a request. */
  createContext(call: IncomingCall, viewer: Viewer | null): Context;
}

/** A domain at work. */
export interface Domain<Client = unknown> {
  services: ServedService[];
  // biome-ignore lint/suspicious/noExplicitAny: the context is the domain's own affair
  graph: GraphDefinition<any>;
  topics: TopicDefinition[];
  /** Topics to wake beside the events' own, for example those of state that the events changed. */
  wakes?(events: readonly LoggedEvent[]): Promise<string[]>;
  // biome-ignore lint/suspicious/noExplicitAny: what a consumer loads is its own affair
  consumers: ConsumerDefinition<Client, any>[];
  /** Kinds of its things that carry files; none where left out. */
  attachments?: AttachmentSubject[];
  jobs: JobDefinition[];
  /** Brings reference data up to date with the code, before anything is served; processes may do so at the same time. */
  prepare?(): Promise<void>;
  /** Further HTTP routes, for example "/.well-known/jwks.json": path to JSON body. */
  documents?: Record<string, () => unknown>;
  /** Routes for what is no JSON, under "/<domain>/"; they have a Fastify scope of their own, and no viewer. */
  routes?(http: FastifyInstance): void;
  /** Ends what the domain has opened or begun itself. */
  close?(): Promise<void>;
  /** Everything the domain holds about a person, as JSON. */
  exportPerson(userId: string): Promise<Record<string, unknown>>;
  /** Deletes or makes anonymous what the domain holds about a person. Run twice, it changes nothing more. */
  erasePerson(userId: string): Promise<void>;
}

/** A domain, as its index.ts defines it. */
export interface DomainDefinition<Client = unknown, Config = undefined> {
  /** The one name, in proto/, schema/, prisma/ and subgraphs/. */
  name: string;
  /** Schema of the domain's own variables, made with platform/config.ts; none where left out. */
  config?: ZodType<Config>;
  /** Makes the generated Prisma client. */
  createPrisma(adapter: PrismaPg): Client;
  open(host: DomainHost<Client, Config>): Domain<Client>;
}

/** Defines a domain: the only thing that others see of its folder. */
export function defineDomain<Client, Config = undefined>(
  definition: DomainDefinition<Client, Config>,
): DomainDefinition<Client, Config> {
  return definition;
}

/** A domain of whatever client and configuration, for those that only host it. */
// biome-ignore lint/suspicious/noExplicitAny: both are the domain's own affair
export type AnyDomain = DomainDefinition<any, any>;
