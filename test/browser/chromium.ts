import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { chromiumOptions } from '../../scripts/chromium.mjs';

export function startChromium(): Promise<Browser> {
  return chromium.launch(chromiumOptions());
}

/** A page that was opened, and everything that it must not do. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors of scripts, refusals of the content security policy and whatever else the console complains about. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, the file itself apart. */
  readonly requests: readonly string[];
  /** Dialogs that were opened: an alert is a script that ran. */
  readonly dialogs: readonly string[];
}

export interface Looks {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

export async function openPage(
  browser: Browser,
  file: string,
  { width, scheme }: Looks = { width: 1280, scheme: 'light' },
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<OpenedPage & { readonly context: BrowserContext }> {
  const context = await browser.newContext({
    offline: true,
    colorScheme: scheme,
    viewport: { width, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  const [complaints, requests, dialogs]: [string[], string[], string[]] = [[], [], []];
  const url = pathToFileURL(file).href;
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url) requests.push(request.url());
  });
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, context, complaints, requests, dialogs };
}
