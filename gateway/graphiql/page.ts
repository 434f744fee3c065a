import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { Kind, type OperationDefinitionNode, parse } from 'graphql';
import type { GraphiqlConfig, SignInConfig } from '../config/graphiql.ts';

/** What the page's own script (page.js) works with. */
interface PageSettings {
  path: string;
  tabs: { query: string; variables?: string }[];
  signIn: { query: string; tokenPath: string[]; fields: SignInField[] } | null;
}

/** A variable of the sign-in mutation, as a form asks for it. */
interface SignInField {
  name: string;
  isSecret: boolean;
  value: string;
}

const HERE = import.meta.dirname;

/** Answers a browser at / with GraphiQL: everything in one document, nothing from elsewhere. */
export async function serveGraphiql(
  http: FastifyInstance,
  config: GraphiqlConfig,
  path: string,
): Promise<void> {
  const html = await renderPage(await readSettings(config, path));
  const body = await promisify(gzip)(html);
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  http.get('/', async (request, reply) => {
    reply.header('vary', 'accept, accept-encoding').header('cache-control', 'no-cache');
    if (!request.headers.accept?.includes('text/html')) {
      return reply
        .code(406)
        .send({ errors: [{ message: `Open this page in a browser. The graph is at ${path}.` }] });
    }
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    reply.header('etag', etag).type('text/html; charset=utf-8');
    const takesGzip = request.headers['accept-encoding']?.includes('gzip');
    return takesGzip ? reply.header('content-encoding', 'gzip').send(body) : reply.send(html);
  });
}

/** The package's document, with our bar above it, started with the options that our script answers. */
async function renderPage(settings: PageSettings): Promise<string> {
  const [script, style] = await Promise.all(
    ['page.js', 'page.css'].map((file) => readFile(join(HERE, file), 'utf8')),
  );
  const options = { title: 'GraphiQL' };
  const root = '<div id="root"></div>';
  const bar = `<style>${style}</style><header id="bar"></header>${root}<script>${script}</script>`;
  // 30 MB of text, which a gateway without the page never loads.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const document = replaceOnce(renderGraphiQL(options), root, bar);
  // In a script, "</" would end it.
  const json = JSON.stringify(settings).replaceAll('<', '\\u003c');
  return replaceOnce(document, JSON.stringify(options), `startPage(${json})`);
}

/** Fails where another version of the package writes another document. */
function replaceOnce(text: string, part: string, by: string): string {
  const parts = text.split(part);
  if (parts.length !== 2)
    throw new Error(`@graphql-yoga/render-graphiql has ${parts.length - 1} times ${part}`);
  return parts.join(by);
}

async function readSettings(
  { operationsFolder, signIn }: GraphiqlConfig,
  path: string,
): Promise<PageSettings> {
  const files = operationsFolder === null ? [] : (await readdir(operationsFolder)).sort();
  const signInFile = signIn && resolve(signIn.file);
  const operations = files
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => join(operationsFolder ?? '', file))
    .filter((file) => resolve(file) !== signInFile);
  return {
    path,
    tabs: await Promise.all(operations.map(readTab)),
    signIn: signIn && (await readSignIn(signIn)),
  };
}

/** Variables of send.graphql stand in send.json, where it has some. */
async function readTab(file: string): Promise<PageSettings['tabs'][number]> {
  const variables = await readFile(file.replace(/graphql$/, 'json'), 'utf8').catch(() => undefined);
  const query = await readFile(file, 'utf8');
  return variables === undefined ? { query } : { query, variables };
}

async function readSignIn({ file, tokenPath, values }: SignInConfig): Promise<PageSettings['signIn']> {
  const query = await readFile(file, 'utf8');
  const operation = parse(query).definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const fields = (operation?.variableDefinitions ?? []).map(({ variable, defaultValue }) => ({
    name: variable.name.value,
    isSecret: /password|secret/i.test(variable.name.value),
    value: values[variable.name.value] ?? (defaultValue?.kind === Kind.STRING ? defaultValue.value : ''),
  }));
  if (fields.length === 0) throw new Error(`GRAPHIQL_SIGN_IN: ${basename(file)} has no variables to ask for`);
  return { query, tokenPath: tokenPath.split('.'), fields };
}
