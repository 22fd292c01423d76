import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './measure.mjs';

/** Starts a server of this folder in a process of its own. What its first line says, and how to stop it. */
export async function serve(script, ...words) {
  const child = spawn(process.execPath, ['--expose-gc', join(root, 'bench', script), ...words.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const line = await new Promise((resolve, reject) => {
    child.once('close', (code) => reject(new Error(`${script} ended with ${code}`)));
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  const stop = () => {
    child.stdin.end();
    return new Promise((resolve) => child.once('close', resolve));
  };
  return { ...JSON.parse(line), stop };
}
