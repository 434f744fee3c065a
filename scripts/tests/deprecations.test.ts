import { expect, it } from 'vitest';
import { faultOf } from '../checks/deprecations.ts';

const reason = '2026-12-01: ask for `viewer { user }`. Goes with 0.3.';

it.each([
  ['before its version', reason, '0.2.9', null],
  ['when its version has come', reason, '0.3.0', /remove it/],
  ['after its version', reason, '1.0.0', /remove it/],
  ['of a later major version', '2026-12-01: ask for `viewer`. Goes with 2.0.', '1.9.0', null],
  ['without a date', 'Ask for `viewer`. Goes with 0.3.', '0.2.0', /not of the form/],
  ['without a version', '2026-12-01: ask for `viewer { user }`.', '0.2.0', /not of the form/],
  ["without words: GraphQL's default", 'No longer supported', '0.2.0', /not of the form/],
])('something deprecated %s', (_when, reason, version, fault) => {
  const found = faultOf(reason, version);
  if (fault === null) expect(found).toBeNull();
  else expect(found).toMatch(fault);
});
