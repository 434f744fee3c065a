import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Words that docs/GLOSSARY.md replaces, as they stand inside a name, in small letters. */
const REPLACED = new Set([
  ...['bury', 'buries', 'buried', 'doom', 'doomed', 'felt', 'hear', 'hears', 'heard', 'hearing', 'met'],
  ...['patience', 'promised', 'sights', 'silence', 'tell', 'tells', 'telling', 'told', 'wished'],
]);

/** Two of them have a meaning only together. */
const REPLACED_NAMES = /^goOn|GoOn(?![a-z])/;

/** Folders whose code is free of them; the others still hold some. */
const FOLDERS = [
  ...['bench', 'observability', 'scripts'],
  ...['config', 'graphiql', 'http', 'operations', 'plugins', 'rate-limits', 'request', 'validation'].map(
    (room) => `gateway/${room}`,
  ),
  ...['attachments', 'db', 'event-log', 'grpc', 'service', 'tokens'].map((room) => `platform/${room}`),
];

describe('names in the code', () => {
  it.each(FOLDERS)('of %s hold none of the words that the glossary replaces', (folder) => {
    const files = globSync(`${folder}/**/*.ts`);
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap((path) => replacedNames(path, readFileSync(path, 'utf8')))).toEqual([]);
  });

  it('are found where they hold one, and only in code', () => {
    const code = `
      /** Whoever is told here is no name. */
      import { told } from 'told';
      function tellFields(heardAt: number) { return goOn({ 'is told': metrics, isPromised: method }); }
    `;
    expect(replacedNames('planted.ts', code)).toEqual([
      'planted.ts: told',
      'planted.ts: tellFields',
      'planted.ts: heardAt',
      'planted.ts: goOn',
      'planted.ts: isPromised',
    ]);
  });
});

describe('the glossary', () => {
  const text = readFileSync('docs/GLOSSARY.md', 'utf8');

  it('lists the words that are looked for', () => {
    for (const word of ['bury', 'doom', 'felt', 'goOn', 'hear', 'met', 'patience', 'promised', 'sights'])
      expect(text).toMatch(new RegExp(`^\\| ${word}[ ,]`, 'm'));
  });

  it('names files and folders that exist', () => {
    const paths = [...text.matchAll(/`([a-z-]+\/[\w*./-]*)`/g)].map(([, path]) => path as string);
    expect(paths.length).toBeGreaterThan(30);
    expect(paths.filter((path) => globSync(path).length === 0)).toEqual([]);
  });
});

/** Names in a file that hold a replaced word, each once. */
function replacedNames(path: string, code: string): string[] {
  const names = new Set<string>();
  function visit(node: ts.Node): void {
    if ((ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) && isReplaced(node.text))
      names.add(node.text);
    ts.forEachChild(node, visit);
  }
  visit(ts.createSourceFile(path, code, ts.ScriptTarget.Latest));
  return [...names].map((name) => `${path}: ${name}`);
}

function isReplaced(name: string): boolean {
  const words = name.match(/[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])/g) ?? [];
  return REPLACED_NAMES.test(name) || words.some((word) => REPLACED.has(word.toLowerCase()));
}
