import { expect, test } from 'vitest';
import { createTurns } from '../turns.ts';

test('lets in one a turn: what has begun before what is new, each in its order', async () => {
  const { begin, proceed } = createTurns();
  let turn = 0;
  const next = () => {
    turn += 1;
    counting = setImmediate(next);
  };
  let counting = setImmediate(next);
  const letIn: { name: string; turn: number }[] = [];
  const work = async (name: string) => {
    await begin();
    letIn.push({ name: `${name} begins`, turn });
    await proceed();
    letIn.push({ name: `${name} goes on`, turn });
  };
  await Promise.all([work('first'), work('second'), work('third')]);
  clearImmediate(counting);
  expect(letIn.map(({ name }) => name)).toEqual([
    'first begins',
    'first goes on',
    'second begins',
    'second goes on',
    'third begins',
    'third goes on',
  ]);
  expect(new Set(letIn.map((each) => each.turn)).size).toBe(letIn.length);
});
