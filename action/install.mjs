// Where tallyman is: built from the commit of this action, or installed from the registry at an exact version.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { required, setOutputs, step, StepError } from './workflow.mjs';

await step(() => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new StepError(
      `Node ${process.versions.node} is too old, 20.19 is needed: put actions/setup-node before this step`,
    );
  }
  const version = process.env.INPUT_VERSION ?? '';
  setOutputs({ tool: version === '' ? fromCheckout() : fromRegistry(version) });
});

function fromCheckout() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const tool = join(root, 'dist/bin/tallyman.js');
  if (!existsSync(tool)) {
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], root);
    npm(['run', 'build'], root);
  }
  return tool;
}

function fromRegistry(version) {
  if (!/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(version)) {
    throw new StepError(
      '`version` must be one exact version, such as 0.1.0: a range would let tomorrow choose what runs',
    );
  }
  const folder = join(required('RUNNER_TEMP'), `tallyman-${version}`);
  npm(['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', `tallyman@${version}`], undefined);
  return join(folder, 'node_modules/tallyman/dist/bin/tallyman.js');
}

function npm(words, cwd) {
  const { status, error } = spawnSync('npm', words, { cwd, stdio: 'inherit' });
  if (status !== 0) throw new StepError(`npm ${words[0]} failed${error === undefined ? '' : `: ${error.message}`}`);
}
