import { type DashboardText, quantiles } from './panels.ts';

const METHODS = 'fitme_service_method_duration_seconds';
const CHOSEN = '{service=~"$service"}';

/** One domain's services, by either door. */
export const domain: DashboardText = {
  uid: 'domain',
  title: 'Domain',
  means: "A domain's methods, whether entered by gRPC or by GraphQL.",
  choices: [{ label: 'service', metric: `${METHODS}_count` }],
  rows: {
    $service: [
      {
        title: 'Calls by door',
        means: 'graphql: from a resolver. grpc: from another service. local: from the domain itself.',
        unit: 'reqps',
        queries: [[`sum by (door) (rate(${METHODS}_count${CHOSEN}[$__rate_interval]))`, '{{door}}']],
      },
      {
        title: 'Refusals and faults',
        means: 'By code. INTERNAL is a bug of ours, UNAVAILABLE something that is away.',
        unit: 'reqps',
        queries: [
          [
            `sum by (code) (rate(${METHODS}_count{service=~"$service",code!="OK"}[$__rate_interval]))`,
            '{{code}}',
          ],
        ],
      },
      {
        title: 'Duration',
        means: 'All methods together.',
        unit: 's',
        queries: quantiles(METHODS, CHOSEN, 'service', '{{service}}'),
      },
    ],
    'Calls to other services': [
      {
        title: 'Failing',
        means: 'By who is called, as every caller sees it, the gateway included.',
        unit: 'reqps',
        queries: [
          [
            'sum by (peer, code) (rate(fitme_client_call_duration_seconds_count{code!="OK"}[$__rate_interval]))',
            '{{peer}} {{code}}',
          ],
        ],
      },
      {
        title: 'Duration',
        means: 'By who is called. Above that of its methods: the network, or a caller that is busy.',
        unit: 's',
        queries: quantiles('fitme_client_call_duration_seconds', '', 'peer', '{{peer}}'),
      },
    ],
    'By method': [
      {
        title: 'The ten called most',
        means: '',
        unit: 'reqps',
        queries: [
          [`topk(10, sum by (method) (rate(${METHODS}_count${CHOSEN}[$__rate_interval])))`, '{{method}}'],
        ],
      },
      {
        title: 'The ten slowest',
        means: 'p99 of the last five minutes.',
        unit: 's',
        queries: [['topk(10, fitme:method_latency_seconds:p99_5m{service=~"$service"})', '{{method}}']],
      },
      {
        title: 'The ten refused most',
        means: 'Whatever the code.',
        unit: 'reqps',
        queries: [
          [
            `topk(10, sum by (method, code) (rate(${METHODS}_count{service=~"$service",code!="OK"}[$__rate_interval])))`,
            '{{method}} {{code}}',
          ],
        ],
      },
    ],
  },
};
