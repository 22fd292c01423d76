import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeProject } from './fleet.mjs';
import { alternate, ms, root, row, tallymanJs, timeNode } from './measure.mjs';

const unbundled = `${root}dist/main.js`;

/** Against a `node` that has nothing to do. */
export async function run(directory) {
  const empty = join(directory, 'empty.mjs');
  writeFileSync(empty, '');
  const cwd = join(directory, 'project');
  writeProject(cwd, 20);
  const node =
    (...words) =>
    () =>
      timeNode(words, { cwd, codes: [0, 3] });
  const warmed = () => timeNode([tallymanJs, 'lint'], { cwd, codes: [0, 3], cache: join(directory, 'cache') });
  const [nothing, version, lint, warm, versionUnbundled, lintUnbundled] = await alternate(
    [
      node(empty),
      node(tallymanJs, '--version'),
      node(tallymanJs, 'lint'),
      warmed,
      node(unbundled, '--version'),
      node(unbundled, 'lint'),
    ],
    21,
  );
  const against = (what, time, target) => row(what, ms(time), `empty node ${ms(nothing)}`, time / nothing, target);
  return [
    against('--version', version, 'at most 1.25x'),
    against('lint of 20 documents', lint, 'at most 1.8x'),
    against('lint of 20 documents with a warm cache', warm, 'at most 1.8x'),
    against('--version, not bundled', versionUnbundled),
    against('lint of 20 documents, not bundled', lintUnbundled),
  ];
}
