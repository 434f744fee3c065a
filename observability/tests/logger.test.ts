import { expect, test } from 'vitest';
import { createLogger } from '../logger.ts';

function capture(options: { pretty?: boolean; level?: string } = {}) {
  const lines: string[] = [];
  const log = createLogger(
    { level: 'info', name: 'gateway', ...options },
    { write: (line) => void lines.push(line) },
  );
  return { log, lines };
}

test('a line is JSON with a named level, an ISO time and the fields', () => {
  const { log, lines } = capture();
  log.debug('not at this level');
  log.info({ requestId: 'r1' }, 'request completed');
  expect(lines).toHaveLength(1);
  const line = JSON.parse(lines[0] ?? '');
  expect(line).toMatchObject({ level: 'info', name: 'gateway', requestId: 'r1', msg: 'request completed' });
  expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(line).not.toHaveProperty('trace_id');
});

test.each([
  { authorization: 'hunter2' },
  { headers: { authorization: 'Bearer hunter2', cookie: 'hunter2', 'set-cookie': 'hunter2' } },
  { input: { password: 'hunter2', email: 'hunter2', bornOn: 'hunter2' } },
  { request: { input: { refreshToken: 'hunter2', token: 'hunter2', accessToken: 'hunter2' } } },
  { variables: { any: 'hunter2' } },
  { people: [{ name: 'Ada' }, { email: 'hunter2' }] },
  { reason: Object.assign(new Error('duplicate'), { detail: 'hunter2' }) },
  {
    err: Object.assign(new Error('duplicate'), {
      detail: 'Key (email)=(hunter2) exists',
      meta: { email: 'hunter2' },
    }),
  },
  { err: new Error('outer', { cause: Object.assign(new Error('inner'), { detail: 'hunter2' }) }) },
])('the secret in %j is not written', (fields) => {
  const { log, lines } = capture();
  log.info(fields, 'something happened');
  expect(lines.join()).toContain('something happened');
  expect(lines.join()).not.toContain('hunter2');
});

test('a secret of a child logger is not written either, and what stands beside secrets is', () => {
  const { log, lines } = capture();
  const fields = { people: [{ name: 'Ada', email: 'hunter2' }], count: 1 };
  log.child(Object.assign({ requestId: 'r1' }, { token: 'hunter2' })).info(fields, 'something happened');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    token: '[redacted]',
    requestId: 'r1',
    people: [{ name: 'Ada', email: '[redacted]' }],
    count: 1,
  });
  expect(fields.people[0]?.email).toBe('hunter2');
});

test('an error is written with its type, code, stack and causes', () => {
  const { log, lines } = capture();
  const cause = Object.assign(new TypeError('refused'), { code: 'ECONNREFUSED' });
  log.error({ err: new Error('could not read', { cause }) }, 'call failed');
  expect(JSON.parse(lines[0] ?? '').err).toMatchObject({
    type: 'Error',
    message: 'could not read',
    stack: expect.stringContaining('logger.test.ts'),
    cause: { type: 'TypeError', message: 'refused', code: 'ECONNREFUSED' },
  });
});

test('pretty lines are for the eye: clock, level, role, message, fields, the stack below', () => {
  const { log, lines } = capture({ pretty: true });
  log.warn({ operation: 'Inbox', durationMs: 12, err: new Error('late') }, 'request was slow');
  expect(lines[0]).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} WARN {2}gateway {2}request was slow {2}operation=Inbox {2}durationMs=12\n {4}Error: late\n {8}at /,
  );
});
