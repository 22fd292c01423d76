// Remakes the pictures of README.md, `npm run screenshots`: the page of the plan that README tells of, in light and dark,
// from a real run on the emulator. Needs a Chromium. Fonts are the machine's, so that the bytes differ between machines.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumOptions } from './chromium.mjs';
import { ensureBuilt, openPlayground } from './playground.mjs';

const images = fileURLToPath(new URL('../docs/images', import.meta.url));
const size = { width: 1280, height: 910 };

ensureBuilt();
const playground = openPlayground();
const browser = await chromium.launch(chromiumOptions());
try {
  await run('apply', '--emulator', '--auto-approve', '--quiet', '--parallelism', '1');
  const image = JSON.parse(readFileSync(join(playground.folder, 'second-image.json'), 'utf8'));
  await run('emulator', 'change', JSON.stringify({ op: 'addImage', image }), '--state', '.tallyman/emulator');
  await run('update', '--emulator');
  await run('plan', '--emulator', '-o', 'html=plan.html', '-o', 'text=plan.txt');
  mkdirSync(images, { recursive: true });
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({ colorScheme, viewport: size });
    await page.goto(pathToFileURL(join(playground.folder, 'plan.html')).href);
    await page.screenshot({ path: join(images, `plan-${colorScheme}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  playground.close();
}

async function run(...words) {
  const { code, stderr } = await playground.run(words);
  if (code !== 0) throw new Error(`tallyman ${words.join(' ')} ended with ${code}: ${stderr}`);
}
