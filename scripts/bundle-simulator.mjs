import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

/**
 * The simulator with the product and the emulator in one file, as the sources are now. `patches` replace text in files of
 * src/ on the way, which stay as they are: each must be found exactly once.
 */
export async function bundleSimulator(root, outfile, patches = []) {
  const open = new Set(patches);
  await build({
    absWorkingDir: root,
    entryPoints: ['test/simulation/main.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    alias: { yaml: join(dirname(require.resolve('yaml/package.json')), 'browser/index.js') },
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'silent',
    plugins: patches.length === 0 ? [] : [patching(root, patches, open)],
  });
  for (const { file } of open) throw new Error(`${file} is no part of the simulator`);
}

function patching(root, patches, open) {
  return {
    name: 'patch',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const here = patches.filter(({ file }) => join(root, file) === path);
        if (here.length === 0) return undefined;
        let text = readFileSync(path, 'utf8');
        for (const patch of here) {
          const places = text.split(patch.from).length - 1;
          if (places !== 1)
            throw new Error(`'${patch.from}' is ${places} times in ${patch.file}, and must be there once`);
          text = text.replace(patch.from, () => patch.to);
          open.delete(patch);
        }
        return { contents: text, loader: 'ts' };
      }),
  };
}
