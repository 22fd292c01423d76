/// <reference lib="dom" />
import { statSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OpenedPage, openPage, startChromium } from './chromium.js';
import { lintPage, PageFolder, planPage, refusedPage } from './pages.js';

const folder = new PageFolder();
let browser: Browser;
let opened: (OpenedPage & Awaited<ReturnType<typeof openPage>>) | null = null;

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  folder.remove();
});
afterEach(async () => {
  const last = opened;
  opened = null;
  await last?.context.close();
  const noise = [...(last?.complaints ?? []), ...(last?.requests ?? []), ...(last?.dialogs ?? [])];
  if (noise.length > 0) throw new Error(`the page did what it must not: ${noise.join(', ')}`);
});

const plan = folder.write('plan', planPage(200));
const findings = folder.write('findings', lintPage());
const refused = folder.write('refused', refusedPage());

async function open(file: string, options: Parameters<typeof openPage>[3] = {}): Promise<Page> {
  opened = await openPage(browser, file, { width: 1280, scheme: 'light' }, options);
  return opened.page;
}

/** Addresses of the changes that can be seen, folded or not. */
function shownRows(page: Page, list: string): Promise<readonly string[]> {
  return page.$$eval(`${list} [data-row]`, (rows) =>
    rows.filter((row) => row.closest('[hidden]') === null).map((row) => row.id),
  );
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement: one } = document;
    return one === null ? '' : `${one.tagName.toLowerCase()} ${one.id || one.textContent?.trim() || one.className}`;
  });
}

describe('the filter of changes', () => {
  it('shows the rows that hold every word, opens what holds them, and says how many there are', async () => {
    const page = await open(plan);
    await page.fill('#changes input', 'web-3/ create');
    const rows = await shownRows(page, '#changes-list');
    expect(rows).toHaveLength(24);
    expect(rows.every((id) => id.startsWith('Instance/web-3/'))).toBe(true);
    expect(await page.textContent('#changes output')).toBe('24 of 200 shown');
    expect(await page.$eval('details:has([id="Instance/web-3/0"])', (fold) => (fold as HTMLDetailsElement).open)).toBe(
      true,
    );
  });

  it('finds a member by what all members of its group have in common', async () => {
    const page = await open(plan);
    await page.fill('#changes input', 'kms_key_id');
    const resources = (await shownRows(page, '#changes-list')).map((id) => id.split('/').slice(0, 2).join('/'));
    expect([...new Set(resources)]).toStrictEqual(['Instance/web-3', 'Instance/web-7']);
  });

  it('chooses by kind and region, and shows everything again when it is taken back', async () => {
    const page = await open(plan);
    const kinds = await page.$$eval('#changes select', (selects) =>
      selects.map((select) => [...(select as HTMLSelectElement).options].map(({ value }) => value)),
    );
    expect(kinds[0]).toStrictEqual(['', 'copy', 'create', 'replace']);
    await page.selectOption('#changes select[data-key=kind]', 'copy');
    await page.selectOption('#changes select[data-key=region]', 'cn-beijing');
    expect(await shownRows(page, '#changes-list')).toStrictEqual(['ImageCopy/base-0/cn-beijing']);
    await page.selectOption('#changes select[data-key=kind]', '');
    await page.selectOption('#changes select[data-key=region]', '');
    expect(await shownRows(page, '#changes-list')).toHaveLength(200);
    expect(await page.textContent('#changes output')).toBe('200 in all');
  });

  it('says so where nothing is found, and is emptied by Escape', async () => {
    const page = await open(plan);
    await page.fill('#changes input', 'no such thing');
    expect(await page.textContent('#changes output')).toBe('0 of 200 shown');
    await page.press('#changes input', 'Escape');
    expect(await page.inputValue('#changes input')).toBe('');
    expect(await shownRows(page, '#changes-list')).toHaveLength(200);
  });

  it('unfolds all and folds all', async () => {
    const page = await open(plan);
    const openFolds = () =>
      page.$$eval('#changes-list details', (folds) => folds.filter((fold) => fold.hasAttribute('open')).length);
    expect(await openFolds()).toBe(0);
    await page.click('.unfold');
    expect(await openFolds()).toBe(await page.$$eval('#changes-list details', (folds) => folds.length));
    await page.click('.unfold');
    expect(await openFolds()).toBe(0);
  });
});

describe('the filter of findings', () => {
  it('chooses by severity and rule', async () => {
    const page = await open(findings);
    const all = await shownRows(page, '#findings-list');
    await page.selectOption('select[data-key=severity]', 'info');
    await page.selectOption('select[data-key=rule]', 'trust/image-age');
    const rows = await shownRows(page, '#findings-list');
    expect([all.length, rows.length]).toStrictEqual([40, 7]);
  });
});

describe('the keyboard', () => {
  it('gets to the content first, then to the sections, with a frame around what has the focus', async () => {
    const page = await open(plan);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('a Skip to the content');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('main main');
    await page.reload();
    const path: string[] = [];
    for (let step = 0; step < 7; step += 1) {
      await page.keyboard.press('Tab');
      path.push(await focused(page));
    }
    expect(path.slice(1, 4)).toStrictEqual(['button Theme: system', 'a Destroys 147', 'a Findings 4']);
    const outline = await page.evaluate(() => {
      return document.activeElement === null ? '' : getComputedStyle(document.activeElement).outlineStyle;
    });
    expect(outline).toBe('solid');
  });

  it('comes to the filter by a stroke on /, and types / there', async () => {
    const page = await open(plan);
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.closest('section')?.id)).toBe('changes');
    await page.keyboard.type('web-3/0');
    expect(await page.inputValue('#changes input')).toBe('web-3/0');
    expect(await shownRows(page, '#changes-list')).toStrictEqual(['Instance/web-3/0']);
  });

  it('opens a fold and reaches every change that the picture marks', async () => {
    const page = await open(plan);
    await page.focus('#changes-list summary');
    await page.keyboard.press('Enter');
    expect(await page.$eval('#changes-list details', (fold) => fold.hasAttribute('open'))).toBe(true);
    const links = await page.$$eval('.lineage a', (all) => all.map((one) => one.getAttribute('href') ?? ''));
    expect(links).toContain('#Instance/web-3');
    await page.focus('.lineage a[href="#Instance/web-3"]');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.tagName === 'SUMMARY');
    expect(await page.evaluate(() => document.activeElement?.parentElement?.id)).toBe('Instance/web-3');
  });
});

describe('the picture', () => {
  const width = (page: Page) => page.$eval('svg.lineage', (svg) => Number(svg.getAttribute('width')));

  it('grows, shrinks, fits and comes back, by buttons and by keys', async () => {
    const page = await open(plan);
    const whole = await width(page);
    await page.click('[data-zoom=in]');
    expect(await width(page)).toBe(Math.round(whole * 1.25));
    expect(await page.textContent('.zoom output')).toBe('125%');
    await page.focus('.scroll');
    await page.keyboard.press('0');
    expect(await width(page)).toBe(whole);
    await page.keyboard.press('-');
    expect(await width(page)).toBe(Math.round(whole / 1.25));
    await page.click('[data-zoom=fit]');
    const [room, drawn] = await page.$eval('.scroll', (scroll) => [scroll.clientWidth, scroll.scrollWidth] as const);
    expect(drawn).toBe(room);
    await page.click('[data-zoom=whole]');
    expect(await width(page)).toBe(whole);
  });

  it('goes no further than is of use', async () => {
    const page = await open(plan);
    const whole = await width(page);
    for (let step = 0; step < 12; step += 1) await page.click('[data-zoom=in]');
    expect(await width(page)).toBe(whole * 3);
  });
});

describe('a link', () => {
  it('to a finding leads to it, though its row is filtered away', async () => {
    const page = await open(findings);
    await page.fill('#findings input', 'no such thing');
    const key = `finding-${'0'.repeat(30)}1b`;
    await page.evaluate((id) => {
      location.hash = `#${id}`;
    }, key);
    await page.waitForFunction((id) => document.activeElement?.id === id, key);
    const box = await page.$eval(`#${key}`, (row) => row.getBoundingClientRect().top);
    expect(box).toBeGreaterThanOrEqual(0);
    expect(box).toBeLessThan(900);
  });

  it('to a change opens what folds it away, when the page is opened by it', async () => {
    const page = await open(plan);
    await page.goto(`${page.url()}#Instance/web-3/7`);
    await page.reload();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('Instance/web-3/7');
    expect(await page.isVisible('[id="Instance/web-3/7"]')).toBe(true);
  });

  it('from what is destroyed leads to its change', async () => {
    const page = await open(refused);
    await page.click('#destroys a >> text=ImageShare/golden-to-prod/cn-hangzhou/1600000000000009');
    await page.waitForFunction(() => document.activeElement?.id.startsWith('ImageShare/'));
    expect(await page.isVisible('[id="ImageShare/golden-to-prod/cn-hangzhou/1600000000000009"]')).toBe(true);
  });
});

describe('the theme', () => {
  it('follows the system until another one is chosen', async () => {
    const page = await open(plan, { colorScheme: 'dark' });
    const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await back();
    await page.click('.theme');
    expect(await page.textContent('.theme')).toBe('Theme: light');
    expect(await back()).toBe('rgb(255, 255, 255)');
    await page.click('.theme');
    expect(await back()).toBe(dark);
    await page.click('.theme');
    expect(await page.textContent('.theme')).toBe('Theme: system');
  });
});

describe('on paper', () => {
  it('everything is unfolded, and nothing that only a screen can use is there', async () => {
    const page = await open(plan);
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await page.$$eval('details:not([open])', (folds) => folds.length)).toBe(0);
    expect(await page.isVisible('[id="Instance/web-3/7"]')).toBe(true);
    for (const selector of ['.filter', '.theme', '.zoom', 'nav']) expect(await page.isVisible(selector)).toBe(false);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.$$eval('#changes-list details[open]', (folds) => folds.length)).toBe(0);
  });

  it('comes out as a document that holds it', async () => {
    const page = await open(plan);
    const file = plan.replace('.html', '.pdf');
    await page.pdf({ path: file, format: 'A4' });
    expect(statSync(file).size).toBeGreaterThan(20_000);
  });
});

describe('without scripts', () => {
  it('everything is there, and no control that would do nothing', async () => {
    const page = await open(plan, { javaScriptEnabled: false });
    expect(await page.isVisible('svg.lineage')).toBe(true);
    for (const selector of ['.filter', '.theme', '.zoom', '.unfold'])
      expect(await page.isVisible(selector)).toBe(false);
    await page.click('details:has([id="Instance/web-3/7"]) > summary');
    expect(await page.isVisible('[id="Instance/web-3/7"]')).toBe(true);
  });
});
