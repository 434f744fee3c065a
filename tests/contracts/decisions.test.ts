import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = 'docs/adr';
const FILES = readdirSync(FOLDER).filter((file) => /^\d{4}-/.test(file));

const STATUS =
  /^Date: \d{4}-\d{2}-\d{2}\. Status: (?:proposed|accepted|superseded by \[ADR \d+\]\(([\w-]+\.md)\))\.$/m;
const SECTIONS = ['Options', 'Decision', 'Consequences'];

describe.each(FILES)('decision %s', (file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8');

  it('has the number of its file, a date and a status', () => {
    expect(text).toMatch(new RegExp(`^# ${Number(file.slice(0, 4))}\\. `));
    const [line, successor] = STATUS.exec(text) ?? [];
    expect(line).toBeDefined();
    if (successor !== undefined) expect(existsSync(join(FOLDER, successor))).toBe(true);
  });

  it('says what was weighed, what was chosen of it, and what follows', () => {
    const sections = [...text.matchAll(/^## (.+)$/gm)].map(([, name = '']) => name);
    expect(sections.filter((name) => SECTIONS.includes(name))).toEqual(SECTIONS);
    const options = /^## Options$([\s\S]*?)^## /m.exec(text)?.[1] ?? '';
    expect(options.match(/^\d+\. /gm)?.length).toBeGreaterThan(1);
    expect(options).toContain('(chosen)');
  });
});

it('are numbered once each', () => {
  const numbers = FILES.map((file) => file.slice(0, 4));
  expect(numbers).toEqual([...new Set(numbers)]);
});
