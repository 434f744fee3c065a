import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_LOGINS } from '../../scripts/demo-logins.ts';
import { findOnPath, findPeer, isCI } from '../../scripts/programs.ts';
import { domains } from '../../subgraphs/domains.ts';
import { type Chat, createChat } from './chat.ts';
import { type E2eNetwork, type Person, startNetwork } from './network.ts';

const executablePath = findPeer('chromium') ?? findOnPath('google-chrome');
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** The page writes only those lines of an answer that one would see. */
const VIEWPORT = { width: 1280, height: 1600 };
// Without Chromium a laptop skips this, visibly; CI installs it.
describe.skipIf(executablePath === undefined && !isCI())('a newcomer at the GraphiQL page', () => {
  let network: E2eNetwork;
  let chat: Chat;
  let reader: Person;
  let writer: Person;
  let conversationId: string;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    network = await startNetwork({ domains: domains.map(({ name }) => name) });
    chat = createChat(network);
    [reader, writer] = await Promise.all([network.signUp('Rosa Reader'), network.signUp('Willy Writer')]);
    conversationId = await chat.startGroup(writer, 'Morning runners', [reader]);
    await chat.send(writer, conversationId, 'Seven at the lake?');
    browser = await chromium.launch({ executablePath: executablePath ?? 'chromium', args: ARGUMENTS });
    page = await browser.newPage({ viewport: VIEWPORT });
    await page.goto(network.gatewayUrl, { waitUntil: 'load' });
  });

  afterAll(async () => {
    await browser?.close();
    await network?.close();
  });

  const openTab = (name: string) => page.getByRole('tab', { name }).click();
  const executeButton = () => page.getByRole('button', { name: /^Execute query/ });
  const execute = () => executeButton().click();
  /** What the answer's pane shows; the editor writes spaces that do not break. */
  const answer = async () =>
    (await page.locator('.result-window .view-lines').innerText()).replaceAll('\u00a0', ' ');

  it('finds a demo login and three operations to try', async () => {
    await expect
      .poll(() => page.getByRole('tab').allInnerTexts())
      .toEqual(['MyDay', 'WhatIsNew', 'SendMessage']);
    expect(await page.getByLabel('email').inputValue()).toBe(DEMO_LOGINS[0]?.email);
    expect(await page.getByLabel('password').inputValue()).toBe(DEMO_LOGINS[0]?.password);
  });

  it('is told to sign in, and does', async () => {
    expect(await page.locator('#bar').innerText()).toContain('Sign in to see');
    await execute();
    await expect.poll(answer).toContain('"viewer": null');
    await page.getByLabel('email').fill(reader.email);
    await page.getByLabel('password').fill(reader.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => page.locator('#bar').innerText()).toContain('Signed in');
  });

  it('runs a query, whose one answer comes from seven domains', async () => {
    await execute();
    await expect.poll(answer).toContain('"name": "Rosa Reader"');
    const shown = await answer();
    expect(shown).toContain('"unreadNotificationCount": 1');
    expect(shown).toContain('"title": "Morning runners"');
    expect(shown).toContain('"body": "Seven at the lake?"');
    expect(shown).toContain('"name": "Willy Writer"');
    expect(shown).toContain('"currentStreakDays": 0');
    expect(shown).not.toContain('"errors"');
  });

  it('subscribes, and sees what somebody else sends', async () => {
    await openTab('WhatIsNew');
    await expect.poll(startSubscription).toBe(1);
    await chat.sendOverGrpc(writer, conversationId, 'Bring water.');
    await expect.poll(answer).toContain('"body": "Bring water."');
    expect(await answer()).toContain('"name": "Willy Writer"');
  });

  /** A click that comes too soon after a change of tabs runs nothing: GraphiQL still has the other tab's operation name. */
  async function startSubscription(): Promise<number> {
    if (await executeButton().isVisible()) await execute();
    return subscriptions();
  }

  async function subscriptions(): Promise<number> {
    const metrics = await (await fetch(`${network.gatewayUrl}/metrics`)).text();
    return Number(/^fitme_live_subscriptions (\d+)$/m.exec(metrics)?.[1]);
  }
});
