import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as monitoring from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import * as apps from 'kubernetes-models/apps/v1';
import * as autoscaling from 'kubernetes-models/autoscaling/v2';
import * as batch from 'kubernetes-models/batch/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as rbac from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import * as core from 'kubernetes-models/v1';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readDomains } from '../../scripts/database/domains.ts';
import { ROOT } from '../../scripts/paths.ts';
import { runProgram } from '../../scripts/processes/tool.ts';
import { findKubectl } from '../../scripts/programs.ts';

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: the schemas say what it holds
  spec: any;
}

type Model = new (manifest: never) => { validate(): void };

/** The published schemas, by API version. */
const SCHEMAS: Record<string, object> = {
  v1: core,
  'apps/v1': apps,
  'autoscaling/v2': autoscaling,
  'batch/v1': batch,
  'networking.k8s.io/v1': networking,
  'policy/v1': policy,
  'rbac.authorization.k8s.io/v1': rbac,
  'monitoring.coreos.com/v1': monitoring,
};

const kubectl = findKubectl();

async function build(folder: string): Promise<Manifest[]> {
  const { code, output } = await runProgram(kubectl ?? '', ['kustomize', join(ROOT, 'deploy', folder)]);
  expect(code, output).toBe(0);
  return parseAllDocuments(output).map((document) => document.toJS());
}

/** A claim inside of a Prometheus is one like any other; the package takes it for a kind of its own. */
function withoutClaim(manifest: Manifest): Manifest[] {
  const { volumeClaimTemplate: claim, ...storage } = manifest.spec?.storage ?? {};
  return claim === undefined ? [manifest] : [{ ...manifest, spec: { ...manifest.spec, storage } }, claim];
}

describe.skipIf(kubectl === undefined)('the manifests', () => {
  test.for(['overlays/dev', 'overlays/prod', 'monitoring'])(
    'of %s are valid, each by its schema',
    async (folder) => {
      for (const manifest of (await build(folder)).flatMap(withoutClaim)) {
        const { apiVersion, kind, metadata } = manifest;
        const models = SCHEMAS[apiVersion] as Record<string, Model> | undefined;
        const ModelOfKind = models?.[kind];
        if (ModelOfKind === undefined) throw new Error(`There is no schema of ${apiVersion} ${kind}`);
        expect(
          () => new ModelOfKind(manifest as never).validate(),
          `${kind} ${metadata?.name}`,
        ).not.toThrow();
      }
    },
  );

  test('run every domain and the gateway, with probes, bounds, a budget and an autoscaler each', async () => {
    const manifests = await build('overlays/prod');
    const named = (kind: string) =>
      manifests.filter((manifest) => manifest.kind === kind).map(({ metadata }) => metadata.name);
    const roles = ['gateway', ...readDomains().map(({ name }) => name)].map((role) => `fitme-${role}`).sort();
    for (const kind of ['Deployment', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'])
      expect(named(kind).sort(), kind).toEqual(roles);
    for (const { metadata, spec } of manifests.filter(({ kind }) => kind === 'Deployment')) {
      const [container] = spec.template.spec.containers;
      expect(container, metadata.name).toMatchObject({
        startupProbe: expect.anything(),
        livenessProbe: expect.anything(),
        readinessProbe: expect.anything(),
        resources: {
          requests: { cpu: expect.anything(), memory: expect.anything() },
          limits: { memory: expect.anything() },
        },
        securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
      });
      expect(spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels).toEqual(
        spec.selector.matchLabels,
      );
    }
    for (const { spec, metadata } of manifests.filter(({ kind }) => kind === 'PodDisruptionBudget'))
      expect(spec.selector.matchLabels['app.kubernetes.io/name'], metadata.name).toBe(
        metadata.name.replace('fitme-', ''),
      );
  });

  test('name every domain wherever somebody has to find it', async () => {
    const manifests = await build('overlays/prod');
    const services = manifests.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name);
    const settings = JSON.stringify(manifests.filter(({ kind }) => kind === 'ConfigMap'));
    const migrations = JSON.stringify(manifests.find(({ kind }) => kind === 'Job')?.spec);
    for (const { name } of readDomains()) {
      expect(services).toEqual(expect.arrayContaining([`fitme-${name}`, `fitme-grpc-${name}`]));
      expect(settings).toContain(`http://fitme-${name}:4001/${name}/graphql`);
      expect(settings).toContain(`fitme-grpc-${name}:50051`);
      expect(migrations).toContain(`{"name":"fitme-${name}"}`);
    }
  });

  test('hold no secret, only their names', async () => {
    for (const folder of ['overlays/dev', 'overlays/prod', 'monitoring']) {
      const manifests = await build(folder);
      expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
      expect(JSON.stringify(manifests)).not.toMatch(/postgres(ql)?:\/\/[^"]*:[^"@]+@|"d":"/);
    }
  });
});

test('the folder says which secrets have to be there', () => {
  const readme = readFileSync(join(ROOT, 'deploy', 'README.md'), 'utf8');
  for (const { name } of readDomains()) expect(readme).toContain(`fitme-${name}`);
});
