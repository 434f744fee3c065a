import { expect, test } from 'vitest';
import { capLabel, createMetrics, MAX_OPERATIONS } from '../metrics.ts';

test('durations, live counts and the process are rendered for Prometheus', async () => {
  const metrics = createMetrics();
  metrics.serviceMethod({ service: 'UsersService', method: 'GetUser', code: 'OK', door: 'grpc' }, 0.003);
  metrics.gatewayOperation('Inbox', 'ok', 0.02);
  metrics.subgraphFetch('users', 'timeout', 5);
  const live = { connections: 1, subscriptions: 2, topics: 3, channels: 3, queuedBytes: 0 };
  metrics.live.watch(() => live);
  live.connections = 4;

  const text = await metrics.render();
  expect(metrics.contentType).toContain('application/openmetrics-text');
  expect(text).toContain(
    'fitme_service_method_duration_seconds_bucket{le="0.005",service="UsersService",method="GetUser",code="OK",door="grpc"} 1',
  );
  expect(text).toContain('fitme_gateway_operation_duration_seconds_count{operation="Inbox",outcome="ok"} 1');
  expect(text).toContain(
    'fitme_gateway_subgraph_fetch_duration_seconds_sum{subgraph="users",outcome="timeout"} 5',
  );
  expect(text).toContain('fitme_live_connections 4');
  expect(text).toContain('nodejs_eventloop_lag_seconds');
  expect(text).toContain('nodejs_heap_size_used_bytes');
});

test('operation names from clients cannot make more series than the cap', async () => {
  const metrics = createMetrics({ process: false });
  for (let index = 0; index < MAX_OPERATIONS + 50; index++)
    metrics.gatewayOperation(`Op${index}`, 'ok', 0.01);
  const text = await metrics.render();
  expect(text.match(/_duration_seconds_count\{operation=/g)).toHaveLength(MAX_OPERATIONS + 1);
  expect(text).toContain('operation="other",outcome="ok"} 50');
});

test('with a list of operations all others are "other"', async () => {
  const metrics = createMetrics({ process: false, operations: ['Inbox'] });
  for (const name of ['Inbox', 'Invented', undefined]) metrics.gatewayOperation(name, 'ok', 0.01);
  const text = await metrics.render();
  expect(text).toContain('_count{operation="Inbox",outcome="ok"} 1');
  expect(text).toContain('_count{operation="other",outcome="ok"} 2');
});

test('two registries share nothing', async () => {
  createMetrics().subgraphFetch('users', 'ok', 1);
  expect(await createMetrics().render()).not.toContain('subgraph="users"');
});

test('a capped label keeps allowed values and the first others', () => {
  const label = capLabel({ allowed: ['a'], max: 1 });
  expect(['b', 'c', 'a', 'b'].map(label)).toEqual(['b', 'other', 'a', 'b']);
});
