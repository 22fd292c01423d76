// Exits with 1 when node_modules does not hold what package-lock.json asks for.
import { readFileSync } from 'node:fs';

function packagesOf(file) {
  return JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')).packages;
}

try {
  const present = packagesOf('node_modules/.package-lock.json');
  const isInstalled = Object.entries(packagesOf('package-lock.json')).every(
    // What is optional may belong to another platform.
    ([path, wanted]) => path === '' || wanted.optional === true || present[path]?.version === wanted.version,
  );
  process.exitCode = isInstalled ? 0 : 1;
} catch {
  process.exitCode = 1;
}
