import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeProject } from './fleet.mjs';
import { median, ms, row, tallymanJs, timeNode } from './measure.mjs';

const savesEach = 15;

/** From one save to the printed result of `watch`, beside a `lint` that is started for it. */
export async function run(directory) {
  const rows = [];
  for (const documents of [20, 2000]) {
    const project = join(directory, String(documents));
    mkdirSync(project);
    const [file] = writeProject(project, documents);
    const lint = [];
    const watch = startWatch(project);
    await watch.printed();
    const saves = [];
    for (let save = 0; save < savesEach; save += 1) {
      const began = performance.now();
      appendFileSync(file, '# saved\n');
      await watch.printed();
      saves.push(performance.now() - began);
      lint.push(await timeNode([tallymanJs, 'lint'], { cwd: project, codes: [0, 3] }));
    }
    await watch.stop();
    const [saved, started] = [median(saves), median(lint)];
    rows.push(row(`save to result, ${documents} documents`, ms(saved), `lint ${ms(started)}`, saved / started));
  }
  return rows;
}

function startWatch(cwd) {
  const child = spawn(process.execPath, [tallymanJs, 'watch', '--quiet'], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
  return {
    /** Resolves with the next result. */
    async printed() {
      let text = '';
      while (!/files?\)\.$/m.test(text)) text += (await chunks.next()).value;
    },
    async stop() {
      child.kill('SIGINT');
      await once(child, 'exit');
    },
  };
}
