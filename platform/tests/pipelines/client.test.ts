import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createMetrics, type Metrics } from '#observability/metrics.ts';
import { DomainError } from '#platform/errors.ts';
import { eventLogService } from '#platform/events/event-log-service.ts';
import { createGrpcPeer } from '#platform/grpc/client.ts';
import { CLIENT_PIPELINE, type ClientMiddleware } from '#platform/grpc/client-pipeline.ts';
import type { OutgoingParent } from '#platform/grpc/outgoing-call.ts';
import { serviceDefinition } from '#platform/grpc/protos.ts';
import { CALL_MS } from '#tests/patience.ts';
import { describeNeighbours } from './neighbours.ts';

/** A service that refuses whatever it is asked, as if somebody else had changed it meanwhile. */
let server: grpc.Server;
let address: string;
beforeAll(async () => {
  server = new grpc.Server();
  const refuse: grpc.handleUnaryCall<unknown, unknown> = (_call, answer) =>
    answer({ code: grpc.status.ABORTED, details: 'changed meanwhile' });
  server.addService(serviceDefinition(eventLogService), { ReadEvents: refuse });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
    error === null ? resolve(port) : reject(error),
  );
  address = `127.0.0.1:${await promise}`;
});
afterAll(() => server.forceShutdown());

let metrics: Metrics;
let tokens: number;
beforeEach(() => {
  metrics = createMetrics({ process: false });
  tokens = 0;
});

/** Makes a call through a pipeline; answers with what its caller gets, a refusal as its code. */
async function call(
  pipeline: readonly ClientMiddleware[],
  parent: Partial<OutgoingParent> = {},
): Promise<unknown> {
  const peer = createGrpcPeer(
    {
      name: 'messaging',
      address,
      metrics,
      async serviceToken() {
        tokens += 1;
        return 'token';
      },
    },
    pipeline,
  );
  const whole = {
    deadline: Date.now() + CALL_MS,
    signal: new AbortController().signal,
    requestId: 'request-1',
    viewer: null,
    ...parent,
  };
  try {
    const request = { domain: 'messaging', afterPosition: '0', limit: 1 };
    return await peer.service(eventLogService).readEvents(request, { as: 'service', call: whole });
  } catch (error) {
    return error instanceof DomainError ? error.code : error;
  } finally {
    peer.close();
  }
}

describeNeighbours<ClientMiddleware>(CLIENT_PIPELINE, {
  'measuring, translation: a call is counted under the code that its caller gets': {
    inOrder: true,
    async look(pipeline) {
      await call(pipeline);
      return (await metrics.render()).includes(
        'fitme_client_call_duration_seconds_count{peer="messaging",method="ReadEvents",code="CONFLICT"} 1',
      );
    },
  },
  'translation, deadline: whoever went away already is told so, and not by what closed a socket': {
    inOrder: 'CANCELLED',
    look: (pipeline) => call(pipeline, { signal: AbortSignal.abort(new TypeError('socket hang up')) }),
  },
  'deadline, credentials: no token is made for a call that nobody waits for': {
    inOrder: 0,
    async look(pipeline) {
      await call(pipeline, { deadline: Date.now() - 1 });
      return tokens;
    },
  },
});
