import type { Readable } from 'node:stream';

/** An object in a listing. */
export interface ListedObject {
  key: string;
  sizeBytes: number;
}

/** A signed URL for one PUT, with the headers that it is to be sent with, exactly. */
export interface SignedPut {
  url: string;
  headers: { name: string; value: string }[];
}

/** What a client that reads an object is told of it. */
export interface Serving {
  /** Media type. */
  type: string;
  /** Content-Disposition. */
  disposition: string;
}

/** Where bytes are kept. Keys are made by keys.ts, and by nobody else. */
export interface ObjectStore {
  /** Writes an object, the whole of it or nothing. A stream that has not exactly `sizeBytes` is an error. */
  write(key: string, body: Readable | Buffer, sizeBytes: number): Promise<void>;
  /** Null where there is no such object. */
  read(key: string): Promise<Readable | null>;
  /** Bytes; null where there is no such object. */
  sizeOf(key: string): Promise<number | null>;
  /** All objects whose keys begin so, sorted by key. */
  list(prefix: string): Promise<ListedObject[]>;
  /** Deletes objects; those that there are not count as deleted. */
  delete(keys: readonly string[]): Promise<void>;
  /** Lets a client write an object of exactly so many bytes until then. Milliseconds since 1970. */
  signPut(key: string, upload: { sizeBytes: number; type: string; expiresAt: number }): Promise<SignedPut>;
  /** Lets a client read an object, with ranges, until then. Milliseconds since 1970. */
  signGet(key: string, serving: Serving, expiresAt: number): Promise<string>;
  close(): void;
}
