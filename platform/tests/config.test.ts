import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, flag, integer, json, list, readConfig, url } from '../config.ts';

const schema = z
  .object({
    PORT: integer(1, 65_535).default(4000),
    DATABASE_URL: url('postgres', 'postgresql'),
    BACKGROUND: flag().default(true),
    ORIGINS: list().default([]),
    ADDRESSES: json(z.record(z.string(), z.string()), '{"users":"localhost:1"}').default({}),
  })
  .transform(({ PORT, DATABASE_URL, ...rest }) => ({
    http: { port: PORT },
    database: { url: DATABASE_URL },
    ...rest,
  }));

describe('readConfig', () => {
  it('gives a nested object that nobody can change', () => {
    const config = readConfig(schema, {
      DATABASE_URL: 'postgres://localhost/fitme',
      ORIGINS: 'http://a, http://b',
    });
    expect(config.http.port).toBe(4000);
    expect(config.ORIGINS).toEqual(['http://a', 'http://b']);
    expect(() => Object.assign(config.http, { port: 1 })).toThrow(TypeError);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig(schema, { PORT: '', DATABASE_URL: 'postgres://localhost/fitme' }).http.port).toBe(4000);
  });

  it('reports every fault at once, each with its variable and what it takes', () => {
    const read = () =>
      readConfig(schema, { PORT: '70000', DATABASE_URL: 'mysql://x', BACKGROUND: 'yes', ADDRESSES: '{' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PORT: takes a whole number from 1 to 65535/);
    expect(read).toThrow(/DATABASE_URL: takes a URL, postgres:\/\/... or postgresql:\/\/.../);
    expect(read).toThrow(/BACKGROUND: takes true or false/);
    expect(read).toThrow(/ADDRESSES: takes JSON, for example {"users":"localhost:1"}/);
  });

  it('names a variable that is missing', () => {
    expect(() => readConfig(schema, {})).toThrow(/DATABASE_URL: takes a URL/);
  });
});
