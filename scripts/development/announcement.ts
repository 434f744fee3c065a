import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { DEMO_LOGINS } from '../demo-logins.ts';
import { DATA_DIR, LOGS_DIR, ROOT, shownPath } from '../paths.ts';
import type { System } from './system.ts';

/** What `npm start` ends with: where things are, who can sign in, and what to try first. */
export function announcement({ ports, databaseUrl, redisUrl }: System): string {
  const lines = [
    title('FitME graph is up'),
    row('GraphiQL', styleText(['bold', 'underline'], `http://localhost:${ports.gateway}/`)),
    row('GraphQL', `http://localhost:${ports.gateway}/graphql`),
    row('gRPC', `localhost:${ports.grpc}`),
    row('PostgreSQL', databaseUrl),
    row('Redis', redisUrl),
    row('Logs', `${shownPath(LOGS_DIR)}/`),
    title('Demo logins'),
    ...DEMO_LOGINS.map(({ email, password, who }) => row(email, `password ${password}   ${who}`)),
    title('Try, in the tabs of GraphiQL'),
    ...exampleOperations().map(({ name, purpose }) => row(name, purpose)),
    '',
    styleText('dim', `Ctrl-C stops everything; the data stays in ${shownPath(DATA_DIR)}/.`),
  ];
  return lines.join('\n');
}

/** The operations that GraphiQL opens as its tabs; the comment at the head of each says what it is good for. */
function exampleOperations(): { name: string; purpose: string }[] {
  const folder = join(ROOT, 'schema', 'operations');
  if (!existsSync(folder)) return [];
  return globSync('*.graphql', { cwd: folder })
    .sort()
    .slice(0, 3)
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const [, purpose = ''] = /^#\s*(.+)$/m.exec(text) ?? [];
      const [, name = file] = /^(?:query|mutation|subscription)\s+(\w+)/m.exec(text) ?? [];
      return { name, purpose };
    });
}

function title(text: string): string {
  return `\n${styleText('bold', text)}`;
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(22)} ${value}`;
}
