// Finds the browser that pages are opened in; .ci/run knows the same names.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** How it is started, for playwright-core. CHROMIUM names another one. Throws where there is none. */
export function chromiumOptions(environment = process.env) {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
  const chosen = environment.CHROMIUM ?? '';
  if (chosen !== '') return { executablePath: chosen, args };
  const folders = (environment.PATH ?? '').split(delimiter);
  const executablePath = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  if (executablePath !== undefined) return { executablePath, args };
  throw new Error('there is no Chromium: install the package `chromium`, or name one in the variable CHROMIUM');
}
