import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderPlanHtml } from '../src/report/html/pages.js';
import { lengthMax } from '../src/report/markdown.js';
import { renderPlanMarkdown } from '../src/report/plan-markdown.js';
import { startChromium } from '../test/browser/chromium.js';
import { aPlanReport } from '../test/report/build.js';
import { aLargePlan } from '../test/report/large-plan.js';
import type { Browser } from 'playwright-core';
import { alternate, ms, type Row, row } from './measure.mjs';

const rounds = 5;
const pageBytesMax = 3 * 1024 * 1024;
const openedMsMax = 2000;
/** Of one resource each, so that nothing of them is the same for several. */
const differing = (changes: number) => {
  const plan = aLargePlan(changes);
  const renamed = plan.plan.changes.map((change, index) => ({
    ...change,
    address: change.address.replace('/', `/n${index}-`),
  }));
  return { ...plan, plan: { ...plan.plan, changes: renamed } };
};

/** A page and a comment of 2,000 changes: how large, and how long until a Chromium has drawn the page. */
export async function run(directory: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const browser = await startChromium();
  try {
    const blank = join(directory, 'blank.html');
    writeFileSync(blank, '<!doctype html><title>blank</title><p>blank');
    const plans = {
      '2,000 changes': aLargePlan(2000),
      '2,000 changes, each of a resource of its own': differing(2000),
    };
    for (const [name, plan] of Object.entries(plans)) {
      const report = aPlanReport(plan);
      const page = renderPlanHtml(report);
      const file = join(directory, 'plan.html');
      writeFileSync(file, page);
      const bytes = Buffer.byteLength(page);
      const comment = renderPlanMarkdown(report).length;
      const works = [file, blank].map((path) => () => openedMs(browser, path));
      const [opened = 0, reference = 0] = await alternate(works, rounds);
      rows.push(
        row(`${name}: size of the page`, kib(bytes), kib(pageBytesMax), bytes / pageBytesMax, '1'),
        row(`${name}: opened`, ms(opened), ms(openedMsMax), opened / openedMsMax, '1'),
        row(`${name}: beside an empty page`, ms(opened), ms(reference), opened / reference),
        row(`${name}: comment, characters`, String(comment), String(lengthMax), comment / lengthMax, '1'),
      );
    }
  } finally {
    await browser.close();
  }
  return rows;
}

/** From asking for it to the second frame that shows it, in a fresh context. */
async function openedMs(browser: Browser, file: string): Promise<number> {
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const began = performance.now();
  await page.goto(pathToFileURL(file).href);
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const elapsed = performance.now() - began;
  await context.close();
  return elapsed;
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} KiB`;
}
