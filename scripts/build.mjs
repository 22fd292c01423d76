// Builds dist/ from src/: tsc for the TypeScript, the generated validators, which are plain JavaScript, and the command
// in dist/bin/. What has no source any more goes: dist/ is what is published and what the layers are checked over.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCommand } from './bundle-command.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.json'], { cwd: root, stdio: 'inherit' });

for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !(entry.name.endsWith('.js') || entry.name.endsWith('.d.ts'))) continue;
  const from = join(entry.parentPath, entry.name);
  cpSync(from, from.replace(join(root, 'src'), join(root, 'dist')));
}
chmodSync(join(root, 'dist/main.js'), 0o755);

for (const entry of readdirSync(join(root, 'dist'), { recursive: true, withFileTypes: true })) {
  const built = join(entry.parentPath, entry.name);
  if (built.startsWith(join(root, 'dist/bin/'))) continue;
  const source = built.replace(join(root, 'dist'), join(root, 'src'));
  const typed = source.replace(/(\.d\.ts|\.js)$/, '.ts');
  if (entry.isFile() && entry.name !== '.tsbuildinfo' && !existsSync(source) && !existsSync(typed)) rmSync(built);
}

await bundleCommand(root);
