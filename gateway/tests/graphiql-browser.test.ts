import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { findPeer, isCI } from '../../scripts/programs.ts';

const operations = fileURLToPath(new URL('../../tests/fixtures/library/operations', import.meta.url));
const executablePath = findPeer('chromium');
let library: Library;

beforeAll(async () => {
  library = await startLibrary({
    GRAPHIQL: 'true',
    GRAPHIQL_OPERATIONS: operations,
    GRAPHIQL_SIGN_IN: `${operations}/sign-in.graphql`,
    GRAPHIQL_TOKEN_PATH: 'signIn.token',
    INTROSPECTION: 'true',
    SUBGRAPH_HEADERS: '{"*":["authorization"]}',
  });
});
afterAll(() => library.close());

// Without Chromium a laptop skips this, visibly; CI installs it.
describe.skipIf(executablePath === undefined && !isCI())('in a browser', () => {
  let browser: Browser;
  let page: Page;
  const requested: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? 'chromium', args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('request', (request) => requested.push(request.url()));
    await page.goto(library.gateway.url, { waitUntil: 'load' });
  });
  afterAll(() => browser.close());

  /**
   * GraphiQL takes note of a tab's operation some time after it shows it, and misses clicks until then: whoever sees
   * that nothing came of one clicks again.
   */
  const runUntil = (tabName: string, outcome: () => Promise<boolean> | boolean) =>
    expect
      .poll(
        async () => {
          if (await outcome()) return true;
          const tab = page.getByRole('tab', { name: tabName });
          if ((await tab.getAttribute('aria-selected')) === 'true') {
            await page.getByRole('button', { name: /^Execute query/ }).click();
          } else await tab.click();
          return outcome();
        },
        { interval: 300 },
      )
      .toBe(true);
  const answer = () => page.locator('.result-window .view-lines').innerText();
  /** The editor writes spaces that do not break. */
  const answered = async () => (await answer()).replaceAll('\u00a0', ' ');

  it('has the examples in tabs', async () => {
    await expect
      .poll(() => page.getByRole('tab').allInnerTexts())
      .toEqual(expect.arrayContaining(['Book', 'Shelf', 'Rename']));
  });

  it('queries', () => runUntil('Book', async () => (await answered()).includes('"title": "Book 7"')));

  it('says why it does not sign in', async () => {
    await page.getByLabel('password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => page.locator('#bar output').innerText()).toBe('The password is wrong.');
  });

  it('signs in, subscribes and receives', async () => {
    await page.getByLabel('password').fill('ann');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => page.locator('#bar').innerText()).toContain('Signed in');
    await runUntil('Shelf', () => library.gateway.live().subscriptions === 1);
    await library.live.append('library.shelf.graphiql', {
      kind: 'library.book-added',
      subjects: { book: '42' },
    });
    await expect.poll(answered).toContain('"title": "Book 42"');
    await page.getByRole('button', { name: /^Stop query/ }).click();
    await expect.poll(() => library.gateway.live().subscriptions).toBe(0);
  });

  it('makes a new id on every run', () =>
    runUntil('Rename', async () => /"title": "Book [0-9a-f-]{36}"/.test(await answered())));

  it('stays signed in when it is loaded again, until one signs out', async () => {
    await page.reload({ waitUntil: 'load' });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect.poll(() => page.getByRole('button', { name: 'Sign in' }).count()).toBe(1);
  });

  it('takes nothing from elsewhere', () => {
    const foreign = requested.filter(
      (url) => !url.startsWith(library.gateway.url) && !/^(blob|data):/.test(url),
    );
    expect(foreign).toEqual([]);
  });
});
