import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeProject } from './fleet.mjs';
import { alternate, ms, root, row, tallymanJs, timeNode } from './measure.mjs';

/** As processes, against parser and validators alone, cold and with texts that are known; and whether twice the documents take twice the time. */
export async function run(directory) {
  const projects = [2_500, 5_000, 10_000].map((count) => {
    const folder = join(directory, String(count));
    mkdirSync(folder);
    writeProject(folder, count);
    return folder;
  });
  const lint = (cwd, cache) => () => timeNode([tallymanJs, 'lint'], { cwd, codes: [0, 3], cache });
  const reference = (cwd) => () => timeNode([`${root}bench/lint-reference.mjs`, join(cwd, 'manifests')]);
  const warmed = lint(projects[2], join(directory, 'cache'));
  const works = [...projects.map((project) => lint(project)), warmed, reference(projects[2])];
  const [small, middle, large, warm, bare] = await alternate(works, 5);
  return [
    row('lint of 10,000 documents', ms(large), `bare parse and validation ${ms(bare)}`, large / bare, 'at most 1.2x'),
    row('the same with a warm cache', ms(warm), `bare parse and validation ${ms(bare)}`, warm / bare, 'at most 0.15x'),
    row('10,000 against 5,000 documents', ms(large), ms(middle), large / middle, '2x is linear'),
    row('5,000 against 2,500 documents', ms(middle), ms(small), middle / small, '2x is linear'),
  ];
}
