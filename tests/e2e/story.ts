import { randomUUID } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import { vi } from 'vitest';
import { PATIENCE } from '#tests/patience.ts';
import { withConnection } from '../../scripts/database/connect.ts';
import type { Answer, E2eNetwork, Person } from './network.ts';

// biome-ignore lint/suspicious/noExplicitAny: the answer's shape stands in the operation
type Data = any;

/** What people of a story do; all of it throws where it is refused. */
export interface Story {
  ask(person: Person, query: string, variables?: object): Promise<Data>;
  /** An operation with one variable, `input`. */
  act(person: Person, operation: string, input: object): Promise<Data>;
  /** The same, under an idempotency key of its own. */
  create(person: Person, operation: string, input: object): Promise<Data>;
  /** Tries until it succeeds: what one domain does, another learns a moment later. */
  eventually<Result>(attempt: () => Promise<Result>): Promise<Result>;
}

export function tell(network: Pick<E2eNetwork, 'run'>): Story {
  async function ask(person: Person, query: string, variables: object = {}): Promise<Data> {
    const { data, errors } = await network.run(query, { token: person.token, variables });
    if (errors !== undefined || !data) throw new Error(`${query}\n${JSON.stringify(errors)}`);
    return data;
  }
  return {
    ask,
    act: (person, operation, input) => ask(person, operation, { input }),
    create: (person, operation, input) =>
      ask(person, operation, { input: { ...input, idempotencyKey: randomUUID() } }),
    eventually: (attempt) => vi.waitFor(attempt, { ...PATIENCE, interval: 100 }),
  };
}

/** The code with which an operation was refused. */
export function refusal({ errors }: Answer<unknown>): unknown {
  return errors?.[0]?.extensions['code'];
}

/** The same person under a new token, with the roles that they have by now. */
export async function signedIn(network: E2eNetwork, person: Person): Promise<Person> {
  const { email, password } = person;
  const answer = await network.run<{ signIn: { authTokens: { accessToken: string } } }>(
    'mutation ($input: SignInInput!) { signIn(input: $input) { authTokens { accessToken } } }',
    { variables: { input: { email, password } } },
  );
  if (!answer.data) throw new Error(JSON.stringify(answer.errors));
  return { ...person, token: answer.data.signIn.authTokens.accessToken };
}

/** By hand, as the first administrator of a platform has to be made: nobody could grant them the role. */
export function makeAdministrator({ database }: E2eNetwork, { id }: Person): Promise<unknown> {
  return withConnection(database.adminUrl, (connection) =>
    connection.query("UPDATE users.people SET roles = array_append(roles, 'ADMIN') WHERE id = $1", [id]),
  );
}

/** A PNG of 16 by 16 pixels in one colour. */
export function photo(): Buffer<ArrayBuffer> {
  const size = 16;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(size * 3, 0x7f)]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: size }, () => row)));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
