import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const { scripts, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: Record<string, string>;
  version: string;
};

it('the version that is supported is this one', () => {
  const minor = version.split('.').slice(0, 2).join('.');
  expect(readFileSync('SECURITY.md', 'utf8')).toContain(`| ${minor} | yes |`);
});

it.each(['README.md', 'CONTRIBUTING.md', '.github/pull_request_template.md'])(
  'the commands that %s names are there',
  (file) => {
    const named = [...readFileSync(file, 'utf8').matchAll(/`npm run ([\w:-]+)/g)].map(
      ([, name = '']) => name,
    );
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  },
);

describe('owners of code', () => {
  const owned = readFileSync('.github/CODEOWNERS', 'utf8')
    .split('\n')
    .map((line) => line.split(/\s/)[0] ?? '')
    .filter((path) => path.startsWith('/'));

  it('are named for what is there', () => {
    expect(owned.filter((path) => !existsSync(path.slice(1)))).toEqual([]);
  });

  it('are named for every domain', () => {
    const domains = readdirSync('prisma', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(owned).toEqual(expect.arrayContaining(domains.map(({ name }) => `/subgraphs/${name}/`)));
  });
});

describe('editors', () => {
  const launch = JSON.parse(readFileSync('.vscode/launch.json', 'utf8')) as {
    configurations: { program?: string }[];
    inputs: { options: string[] }[];
  };

  it('start programs that are there, and know every domain', () => {
    const programs = launch.configurations.flatMap(({ program = [] }) => program);
    expect(programs.length).toBeGreaterThan(3);
    for (const program of programs)
      expect(existsSync(program.replace(/^\$\{workspaceFolder\}\//, ''))).toBe(true);
    const domains = globSync('*/schema.prisma', { cwd: 'prisma' }).map((path) => path.split('/')[0]);
    expect(launch.inputs[0]?.options.toSorted()).toEqual(domains.toSorted());
  });

  it('recommend the same in a container', () => {
    const { recommendations } = JSON.parse(readFileSync('.vscode/extensions.json', 'utf8'));
    const container = JSON.parse(readFileSync('.devcontainer/devcontainer.json', 'utf8'));
    expect(container.customizations.vscode.extensions).toEqual(recommendations);
    const [node] = /\d+\.\d+\.\d+/.exec(readFileSync('Dockerfile', 'utf8')) ?? [];
    expect(container.image).toContain(node);
  });
});
