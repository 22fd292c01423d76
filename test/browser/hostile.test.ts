/// <reference lib="dom" />
import type { Browser } from 'playwright-core';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { html } from '../../src/report/html/template.js';
import { renderedWith } from '../report/hostile-reports.js';
import { hostileNames } from '../report/hostile-names.js';
import { openPage, startChromium } from './chromium.js';
import { PageFolder } from './pages.js';

const folder = new PageFolder();
let browser: Browser;

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  folder.remove();
});

/** A comment as a site shows it, without what a site takes out: what acts here might act there. */
function commentPage(markdown: string): string {
  const body = micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
  });
  return `${html`<!doctype html><html lang="en"><meta charset="utf-8"><title>A comment</title>`.markup}${body}`;
}

/** Every report of a name in a browser: errors, requests, dialogs and elements that must not be. */
async function opened(
  name: string,
  isOpened: (command: string, format: string) => boolean,
): Promise<readonly string[]> {
  const reports = (await renderedWith(name)).filter(([command, format]) => isOpened(command, format));
  const wrong: string[] = [];
  for (const [command, format, text] of reports) {
    const isPicture = format === 'svg';
    const shown = format === 'markdown' ? commentPage(text) : text;
    const file = folder.write('report', shown, isPicture ? 'svg' : 'html');
    const { page, context, complaints, requests, dialogs } = await openPage(browser, file);
    const foreign = await page.$$eval(
      'img, iframe, object, embed, base, [onerror], [onload], [onclick], [onmouseover]',
      (elements) => elements.map((element) => element.outerHTML),
    );
    const told = await page.evaluate(() => document.documentElement.textContent);
    const missing = (told ?? '').includes('PAYLOAD') ? [] : ['it is not shown'];
    const all = [...complaints, ...requests, ...dialogs, ...foreign, ...missing];
    wrong.push(...all.map((one) => `${command} -o ${format}: ${one}`));
    await context.close();
  }
  return reports.length === 0 ? ['nothing was opened'] : wrong;
}

const formats = ['html', 'markdown', 'svg'];

describe('in a browser', () => {
  it.each(hostileNames)('the name %j is text on the page of a plan', async (name) => {
    expect(await opened(name, (command, format) => command === 'plan' && format === 'html')).toStrictEqual([]);
  });

  it('all names at once are text in every report of every command, as a comment too', async () => {
    const name = hostileNames.join(' ');
    expect(await opened(name, (_command, format) => formats.includes(format))).toStrictEqual([]);
  });

  it('a name that acts would be noticed', async () => {
    const file = folder.write('acting', '<!doctype html><title>x</title><img src=x onerror=alert(1)>');
    const { requests, dialogs, context } = await openPage(browser, file);
    expect(requests.length + dialogs.length).toBeGreaterThan(0);
    await context.close();
  });
});
