import { beforeEach, expect, it } from 'vitest';
import { type BreakerState, type CircuitBreaker, createCircuitBreaker } from '../circuit-breaker.ts';

let nowMs: number;
let transitions: BreakerState[];
let breaker: CircuitBreaker;

beforeEach(() => {
  nowMs = 50_000;
  transitions = [];
  breaker = createCircuitBreaker({
    failureRate: 0.5,
    minRequests: 4,
    windowMs: 10_000,
    openMs: 1_000,
    now: () => nowMs,
    onTransition: (to) => transitions.push(to),
  });
});

function attempt(verdict: 'answered' | 'failed' | 'nothing'): boolean {
  const permit = breaker.admit();
  if (permit !== null) breaker.report(permit, verdict);
  return permit !== null;
}

function open(): void {
  for (let failure = 0; failure < 4; failure += 1) attempt('failed');
}

it('stays closed below the least number of attempts, however many of them fail', () => {
  for (let failure = 0; failure < 3; failure += 1) attempt('failed');
  expect(breaker.state()).toBe('closed');
});

it('opens where half of the attempts fail, and refuses at once', () => {
  for (const verdict of ['answered', 'answered', 'failed'] as const) attempt(verdict);
  expect(breaker.state()).toBe('closed');
  attempt('failed');
  expect(breaker.state()).toBe('open');
  expect(breaker.admit()).toBeNull();
  expect(breaker.refusedForMs()).toBe(1_000);
});

it('forgets what is older than its window', () => {
  for (let failure = 0; failure < 3; failure += 1) attempt('failed');
  nowMs += 10_000;
  attempt('failed');
  expect(breaker.state()).toBe('closed');
});

it('remembers within its window, whichever part of it', () => {
  for (let failure = 0; failure < 4; failure += 1) {
    attempt('failed');
    nowMs += 3_000;
  }
  expect(breaker.state()).toBe('open');
});

it('counts nothing that ended for a reason of the client', () => {
  for (let cancelled = 0; cancelled < 100; cancelled += 1) attempt('nothing');
  for (let failure = 0; failure < 3; failure += 1) attempt('failed');
  expect(breaker.state()).toBe('closed');
});

it('lets one probe through at a time, and closes when it is answered', () => {
  open();
  nowMs += 1_000;
  const probe = breaker.admit();
  expect(probe).not.toBeNull();
  expect(breaker.admit()).toBeNull();
  breaker.report(probe ?? -1, 'answered');
  expect([attempt('answered'), attempt('answered')]).toEqual([true, true]);
  expect(transitions).toEqual(['open', 'half-open', 'closed']);
});

it('opens again when the probe fails', () => {
  open();
  nowMs += 1_000;
  attempt('failed');
  expect(breaker.state()).toBe('open');
  expect(breaker.admit()).toBeNull();
});

it('sends another probe when the client of the first one left', () => {
  open();
  nowMs += 1_000;
  attempt('nothing');
  expect(breaker.state()).toBe('half-open');
  expect(attempt('answered')).toBe(true);
  expect(breaker.state()).toBe('closed');
});

it('does not hear what began before it moved', () => {
  const late = Array.from({ length: 10 }, () => breaker.admit() ?? -1);
  open();
  nowMs += 1_000;
  attempt('answered');
  for (const permit of late) breaker.report(permit, 'failed');
  expect(breaker.state()).toBe('closed');
});
