import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EXECUTORS } from '#tests/executors.ts';
import { readRequirements } from '../engine/authorization/requirements.ts';
import { loadSupergraph } from '../engine/supergraph/supergraph.ts';
import { faultsOf } from '../engine/tests/both-engines.ts';
import { type Asking, type GuardedGateway, type GuardedGraph, startGuardedGraph } from './guarded-graph.ts';

describe.each(EXECUTORS)('ENGINE=%s', (ENGINE) => {
  let graph: GuardedGraph;
  let gateway: GuardedGateway;

  beforeAll(async () => {
    graph = await startGuardedGraph(ENGINE);
    gateway = await graph.start();
  });
  beforeEach(() => void graph.asked());
  afterAll(async () => {
    await gateway?.close();
    await graph?.close();
  });

  describe('a field that is protected', () => {
    it('is null where nobody is signed in, and nobody is asked for it', async () => {
      const answer = await gateway.ask('{ open me { name } }');
      expect(answer.status).toBe(200);
      expect(answer.data).toEqual({ open: 'open', me: null });
      expect(faultsOf(answer as never)).toEqual(['UNAUTHENTICATED me']);
      expect(answer.errors?.[0]?.message).toMatch(/Sign in/);
      expect(graph.asked()).toEqual(['Query.open']);
    });

    it('is answered to whoever signed in', async () => {
      const { data, errors } = await gateway.ask('{ me { name } }', { scopes: [] });
      expect({ data, errors }).toEqual({ data: { me: { name: 'Person 1' } }, errors: undefined });
    });

    it('is null without one of the sets of scopes, and the error says which', async () => {
      const query = '{ person(id: "1") { name weight steps } }';
      const refused = await gateway.ask(query, { scopes: ['health'] });
      expect(refused.data).toEqual({ person: { name: 'Person 1', weight: null, steps: 5_000 } });
      expect(faultsOf(refused as never)).toEqual(['FORBIDDEN person.weight']);
      expect(refused.errors?.[0]?.message).toBe(
        'This needs the scope adult, or doctor, which your token lacks.',
      );
      expect(graph.asked()).not.toContain('Person.weight');
      for (const scopes of [['adult', 'health'], ['doctor']])
        expect((await gateway.ask(query, { scopes })).data).toMatchObject({ person: { weight: 70 } });
    });

    it('leaves its subgraph alone where nothing else is asked of it', async () => {
      const answer = await gateway.ask('{ person(id: "1") { weight } none: person(id: "none") { weight } }', {
        scopes: [],
      });
      expect(answer.data).toEqual({ person: { weight: null }, none: null });
      expect(faultsOf(answer as never)).toEqual(['FORBIDDEN person.weight']);
      expect(graph.asked()).toEqual(['Query.person', 'Query.person']);
    });

    it('makes null what holds it, where it can be no null', async () => {
      const answer = await gateway.ask('{ open must }', { scopes: [] });
      expect(answer.data).toBeNull();
      expect(faultsOf(answer as never)).toEqual(['FORBIDDEN must']);
      expect(graph.asked()).toEqual([]);
    });

    it('is refused by every name and in every fragment', async () => {
      const answer = await gateway.ask(
        `query ($no: Boolean = false) {
        person(id: "1") { a: weight ...F ... on Person { b: weight ...F } steps @include(if: $no) }
        friend: person(id: "2") { friend { ...F weight @include(if: $no) } }
      } fragment F on Person { c: weight name }`,
      );
      expect(answer.data).toEqual({
        person: { a: null, c: null, name: 'Person 1', b: null },
        friend: { friend: { c: null, name: 'Person 2' } },
      });
      expect(faultsOf(answer as never)).toEqual([
        'UNAUTHENTICATED friend.friend.c',
        'UNAUTHENTICATED person.a',
        'UNAUTHENTICATED person.b',
        'UNAUTHENTICATED person.c',
      ]);
      expect(graph.asked()).not.toContain('Person.weight');
    });

    it('is refused in every item of a list', async () => {
      const answer = await gateway.ask('{ things { ... on Person { name weight } } }');
      expect(answer.data).toEqual({ things: [{ name: 'Person 1', weight: null }, {}] });
      expect(faultsOf(answer as never)).toEqual(['UNAUTHENTICATED things.0.weight']);
    });
  });

  describe('types that are protected', () => {
    it('are refused as objects of a union, and others are not', async () => {
      const query = '{ things { ... on Person { name } ... on Secret { text note } } }';
      const answer = await gateway.ask(query);
      expect(answer.data).toEqual({ things: [{ name: 'Person 1' }, { text: null, note: null }] });
      expect(faultsOf(answer as never)).toEqual([
        'UNAUTHENTICATED things.1.note',
        'UNAUTHENTICATED things.1.text',
      ]);
      expect(graph.asked()).not.toContain('Secret.text');
      expect((await gateway.ask(query, { scopes: [] })).errors).toBeUndefined();
    });

    it('are refused as enums and scalars', async () => {
      const answer = await gateway.ask('{ grade stamp open }', { scopes: ['grade'] });
      expect(answer.data).toEqual({ grade: 'A', stamp: null, open: 'open' });
      expect(faultsOf(answer as never)).toEqual(['FORBIDDEN stamp']);
    });
  });

  describe('an interface', () => {
    it('requires for a field what any of its types requires; a fragment asks for the others alone', async () => {
      const through = await gateway.ask('{ beings { name nickname } }', { scopes: [] });
      expect(through.data).toEqual({
        beings: [
          { name: 'Person 1', nickname: null },
          { name: 'Robot', nickname: null },
        ],
      });
      const beside = await gateway.ask('{ beings { ... on Robot { nickname } nickname } }', { scopes: [] });
      expect(beside.data).toEqual({ beings: [{ nickname: null }, { nickname: 'robot' }] });
      expect(faultsOf(beside as never)).toEqual(['FORBIDDEN beings.0.nickname']);
      expect(graph.asked()).not.toContain('Person.nickname');
      const allowed = await gateway.ask('{ beings { nickname } }', { scopes: ['friends'] });
      expect(allowed.data).toEqual({ beings: [{ nickname: 'nick' }, { nickname: 'robot' }] });
    });

    it('is protected where a subgraph knows it as one object', async () => {
      const query = '{ media { title stars ... on Book { more: stars } } }';
      const answer = await gateway.ask(query, { scopes: [] });
      expect(answer.data).toEqual({ media: [{ title: 'A book', stars: null, more: null }] });
      expect(graph.asked()).toEqual(['Query.media']);
      expect((await gateway.ask(query, { scopes: ['stars'] })).data).toEqual({
        media: [{ title: 'A book', stars: 5, more: 5 }],
      });
    });
  });

  describe('what a field requires', () => {
    it('protects it as well, even in a supergraph that does not say so', async () => {
      const older = await graph.start({}, (sdl) =>
        sdl.replace(/(requires: "height"\)) @requiresScopes\(scopes: \[\["height"\]\]\)/, '$1'),
      );
      try {
        for (const each of [gateway, older]) {
          const answer = await each.ask('{ person(id: "1") { index } }', { scopes: [] });
          expect(answer.data).toEqual({ person: { index: null } });
          expect(faultsOf(answer as never)).toEqual(['FORBIDDEN person.index']);
          expect(graph.asked()).toEqual(['Query.person']);
          expect((await each.ask('{ person(id: "1") { index } }', { scopes: ['height'] })).data).toEqual({
            person: { index: 1.8 },
          });
          graph.asked();
        }
      } finally {
        await older.close();
      }
    });
  });

  describe('a mutation that is refused', () => {
    it('does not run, and those beside it do where the answer can tell', async () => {
      const answer = await gateway.ask('mutation { tag(id: "1") { name } note(text: "a") }', { scopes: [] });
      expect(answer.data).toEqual({ tag: null, note: 'a' });
      expect(graph.asked()).toEqual(['Mutation.note']);
    });

    it('stops those beside it where there would be no data to tell of them', async () => {
      const query = 'mutation ($do: Boolean!) { note(text: "a") rename(id: "1") @include(if: $do) { name } }';
      const answer = await gateway.ask(query, { scopes: [], variables: { do: true } });
      expect(answer.data).toBeNull();
      expect(faultsOf(answer as never)).toEqual(['FORBIDDEN rename']);
      expect(graph.asked()).toEqual([]);
      const without = await gateway.ask(query, { scopes: [], variables: { do: false } });
      expect(without).toMatchObject({ data: { note: 'a' } });
      expect(without.errors).toBeUndefined();
    });
  });

  it('viewers share an operation, and each gets what is theirs', async () => {
    const query = '{ person(id: "1") { name nickname weight height index } me { id } grade }';
    const sets = [
      undefined,
      [],
      ['friends'],
      ['doctor'],
      ['height', 'grade'],
      ['friends', 'doctor', 'height'],
    ];
    const asked = Array.from({ length: 30 }, (_none, index) => sets[index % sets.length]);
    const answers = await Promise.all(
      asked.map((scopes) => gateway.ask(query, scopes === undefined ? {} : { scopes })),
    );
    for (const [index, answer] of answers.entries()) {
      const has = (scope: string) => asked[index]?.includes(scope) ?? false;
      expect(answer.data).toEqual({
        person: {
          name: 'Person 1',
          nickname: has('friends') ? 'nick' : null,
          weight: has('doctor') ? 70 : null,
          height: has('height') ? 1.8 : null,
          index: has('height') ? 1.8 : null,
        },
        me: asked[index] === undefined ? null : { id: '1' },
        grade: has('grade') ? 'A' : null,
      });
    }
  });

  describe('a policy', () => {
    const MODULE = `export default async (policies, viewer) => {
    if (viewer?.id === 'broken') throw new Error('no answer');
    return policies.filter((each) => viewer?.scopes.has('is:' + each));
  };`;
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'policies-'));
      await writeFile(join(folder, 'policies.mjs'), MODULE);
      await writeFile(join(folder, 'empty.mjs'), 'export const nothing = 0;');
    });
    afterAll(() => rm(folder, { recursive: true }));

    it('is decided by the module for each viewer, and denied where that fails', async () => {
      const decided = await graph.start({ POLICY_MODULE: join(folder, 'policies.mjs') });
      const stamp = async (asking: Asking) => (await decided.ask('{ stamp open }', asking)).data?.['stamp'];
      try {
        expect(await stamp({ scopes: ['is:clerk'] })).toBe('stamp');
        expect(await stamp({ scopes: ['is:chief', 'is:present'] })).toBe('stamp');
        expect(await stamp({ scopes: ['is:chief'] })).toBeNull();
        expect(await stamp({})).toBeNull();
        expect(await stamp({ scopes: ['is:clerk'], viewer: 'broken' })).toBeNull();
      } finally {
        await decided.close();
      }
    });

    it('is refused as a module where it exports no function', async () => {
      await expect(graph.start({ POLICY_MODULE: join(folder, 'empty.mjs') })).rejects.toThrow(
        /POLICY_MODULE: .*empty.mjs takes a default export/,
      );
    });
  });

  it('directives are known by whatever names a supergraph gives them', () => {
    const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
      {name: "@authenticated", as: "@signedIn"}, {name: "@requiresScopes", as: "@scopes"}
    ])
    type Query { open: Int mine: Int @signedIn scoped: Int @scopes(scopes: [["a"]]) ruled: Int @federation__policy(policies: [["p"]]) }`;
    const { supergraphSdl = '' } = composeServices([{ name: 'a', url: 'http://a', typeDefs: parse(sdl) }]);
    const { ofField } = readRequirements(loadSupergraph(supergraphSdl));
    expect(['open', 'mine', 'scoped', 'ruled'].map((field) => ofField('Query', field))).toEqual([
      [],
      [{ kind: 'authenticated' }],
      [{ kind: 'scopes', anyOf: [['a']] }],
      [{ kind: 'policies', anyOf: [['p']] }],
    ]);
  });
});
