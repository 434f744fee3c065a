import type { PrismaPg } from '@prisma/adapter-pg';
import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import type { ZodType } from 'zod';
import type { Logger } from '#observability/logger.ts';
import type { AttachmentSubject } from './attachments/attachment.ts';
import type { IncomingCall, ServedService } from './call.ts';
import type { Database } from './db/database.ts';
import type { LoggedEvent } from './event-log/event.ts';
import type { ConsumerDefinition } from './events/consuming/definition.ts';
import type { TopicDefinition } from './events/topic.ts';
import type { ServiceClient } from './grpc/client.ts';
import type { ServiceName } from './grpc/contract.ts';
import type { JobDefinition } from './jobs/jobs.ts';
import type { Handlers, RequestSchemas, Service } from './service/service.ts';
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
