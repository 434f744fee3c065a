import { createHash } from 'node:crypto';
import pg from 'pg';
import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import type { File__Output } from '#gen/proto/fitme/files/v1/File.ts';
import type { FilesServiceDefinition } from '#gen/proto/fitme/files/v1/FilesService.ts';
import type { FileUpload__Output } from '#gen/proto/fitme/files/v1/FileUpload.ts';
import type { StartFileUploadRequest } from '#gen/proto/fitme/files/v1/StartFileUploadRequest.ts';
import type { HostOverrides } from '#platform/host/host.ts';
import { type DomainNetwork, type DoorClient, startDomains } from '#tests/domain-network.ts';
import { type Person, signUp } from '#tests/people.ts';
import { domains } from '../../domains.ts';
import { filesService } from '../rpc/service.ts';

/** The ways into the service. */
export const doorNames = ['grpc', 'graphql'] as const;
export type DoorName = (typeof doorNames)[number];

export type FilesClient = DoorClient<FilesServiceDefinition>;

/** Users, messaging and files at work, and what tests do in them. */
export interface World {
  network: DomainNetwork;
  signUp(name: string): Promise<Person>;
  /** The service as somebody sees it. */
  as(person: Person, door?: DoorName): FilesClient;
  /** The service as a service sees it. */
  asService(door?: DoorName): Promise<FilesClient>;
  /** Announces a file with these bytes. */
  start(
    person: Person,
    bytes: Uint8Array,
    change?: Partial<StartFileUploadRequest>,
  ): Promise<{ file: File__Output; upload: FileUpload__Output }>;
  /** A file that can be used. */
  upload(person: Person, bytes: Uint8Array, change?: Partial<StartFileUploadRequest>): Promise<File__Output>;
  /** Rows of the database, as its administrator. */
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export async function startWorld(
  options: { environment?: Record<string, string>; overrides?: HostOverrides } = {},
): Promise<World> {
  const hosted = ['users', 'training', 'messaging', 'files'];
  const network = await startDomains(
    domains.filter(({ name }) => hosted.includes(name)),
    options,
  );
  const pool = new pg.Pool({ connectionString: network.database.adminUrl, options: '-c search_path=files' });
  const doorOf = (name: DoorName) => {
    const door = network.doors.find((candidate) => candidate.name === name);
    if (door === undefined) throw new Error(`There is no door ${name}.`);
    return door;
  };
  const world: World = {
    network,
    signUp: (name) => signUp(network, name),
    as: ({ token }, door = 'graphql') => doorOf(door).client(filesService, token),
    asService: async (door = 'graphql') => doorOf(door).client(filesService, await network.serviceToken()),
    async start(person, bytes, change = {}) {
      const announcement = { ...announcementOf(bytes), ...change };
      const { file, fileUpload: upload } = await world.as(person).startFileUpload(announcement);
      if (file === null || upload === null) throw new Error('An upload answers a file, and where it goes.');
      return { file, upload };
    },
    async upload(person, bytes, change) {
      const { file, upload } = await world.start(person, bytes, change);
      const { status } = await put(upload, bytes);
      if (status !== 200) throw new Error(`The bytes were answered with ${status}.`);
      const completed = await world.as(person).completeFileUpload({ fileId: file.id });
      if (completed.file === null) throw new Error('A completed upload answers the file.');
      return completed.file;
    },
    sql: async (text, values) => (await pool.query(text, values)).rows,
    async close() {
      await pool.end();
      await network.close();
    },
  };
  return world;
}

/** A picture for a message, as a client announces it. */
export function announcementOf(bytes: Uint8Array): StartFileUploadRequest {
  return {
    name: 'photo.png',
    purpose: 'FILE_PURPOSE_MESSAGE',
    contentType: 'image/png',
    sizeBytes: String(bytes.length),
    sha256: sha256Of(bytes),
    method: 'FILE_UPLOAD_METHOD_DIRECT',
    idempotencyKey: uuidv7(),
  };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Sends bytes where an upload says. */
export function put({ url, headers }: FileUpload__Output, bytes: Uint8Array): Promise<Response> {
  return fetch(url, {
    method: 'PUT',
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    body: new Uint8Array(bytes),
  });
}

/** A picture of one colour. */
export function pictureOf(width: number, height: number): Promise<Buffer> {
  const background = { r: 200, g: 80, b: 40 };
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}
