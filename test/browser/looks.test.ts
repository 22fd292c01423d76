/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Looks, openPage, startChromium } from './chromium.js';
import { hugePage, PageFolder, pages } from './pages.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = new PageFolder();
let browser: Browser;

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  folder.remove();
});

const looks: readonly Looks[] = [360, 1280, 2560].flatMap((width) => [
  { width, scheme: 'light' as const },
  { width, scheme: 'dark' as const },
]);

/** What axe has against the page under WCAG 2.0, 2.1 and 2.2 at the levels A and AA. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
  const results = await page.evaluate(
    (values) =>
      (globalThis as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }).axe.run({
        runOnly: { type: 'tag', values },
      }),
    tags,
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

/** The smallest font in use, in pixels, of what has text of its own. */
function smallestFont(page: Page): Promise<number> {
  return page.evaluate(() => {
    const sizes = [...document.querySelectorAll('body *')]
      .filter((element) =>
        [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== ''),
      )
      .filter((element) => element.tagName !== 'SCRIPT')
      .map((element) => Number.parseFloat(getComputedStyle(element).fontSize));
    return Math.min(...sizes);
  });
}

describe.each(Object.entries(pages))('the page of %s', (name, render) => {
  it.each(looks)('can be read by everybody at $width pixels, $scheme', async ({ width, scheme }) => {
    const opened = await openPage(browser, folder.write(name.replaceAll(' ', '-'), render()), { width, scheme });
    const { page, context } = opened;
    await page.evaluate(() => {
      // What is folded has to hold too; of much, a part is enough.
      for (const fold of [...document.querySelectorAll('details')].slice(0, 12)) fold.open = true;
    });
    const [scrollWidth, clientWidth] = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return [scrollWidth, clientWidth] as const;
    });
    expect(scrollWidth).toBe(clientWidth);
    expect(await smallestFont(page)).toBeGreaterThanOrEqual(12);
    // What repeats itself two thousand times is right or wrong once: the same page with 200 changes is looked at.
    expect(name === hugePage ? [] : await violations(page)).toStrictEqual([]);
    expect(opened.complaints).toStrictEqual([]);
    expect([opened.requests, opened.dialogs]).toStrictEqual([[], []]);
    await context.close();
  });
});
