import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../scripts/paths.ts';
import { rules } from './rules.ts';

test('every alert has a page that says how to see it, stop it and mend it', () => {
  for (const { alert, annotations } of rules.filter((rule) => rule.alert !== undefined)) {
    const page = readFileSync(join(ROOT, annotations?.runbook ?? ''), 'utf8');
    expect(page, alert).toMatch(/^# .+[\s\S]+^## See it[\s\S]+^## Stop it[\s\S]+^## Mend it/m);
  }
});
