import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

/** Changes with whatever could make the same text another value: the cache of parsed files is told apart by it. */
function parserDigest(root) {
  const own = ['domain/yaml-file', 'manifest/read-node', 'manifest/read-yaml', 'manifest/yaml-limits'];
  const files = [require.resolve('yaml/package.json'), ...own.map((name) => join(root, `dist/${name}.js`))];
  const digest = createHash('sha256');
  for (const file of files) digest.update(readFileSync(file));
  return digest.digest('hex').slice(0, 16);
}

/**
 * The command as few files, since Node spends more on finding and opening many small modules than on running them.
 * What is loaded late in src/ stays a file of its own. meta.json says what is in which file: test/build/ reads it, and
 * it is not published.
 */
export async function bundleCommand(root) {
  const outdir = join(root, 'dist/bin');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { tallyman: 'dist/main.js' },
    outdir,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Names stay, so that the stack of a bug report can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'linked',
    metafile: true,
    define: { TALLYMAN_VERSION: JSON.stringify(version), TALLYMAN_PARSER: JSON.stringify(parserDigest(root)) },
    // The package's ES modules are those it gives to browsers.
    alias: { yaml: join(dirname(require.resolve('yaml/package.json')), 'browser/index.js') },
    // Packages in CommonJS ask for Node's own modules by `require`.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  // Other builds may be running, and commands too: nothing is missing at any time.
  mkdirSync(outdir, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  writeFileSync(join(outdir, 'meta.json'), JSON.stringify(metafile));
  const written = new Set([...outputFiles.map(({ path }) => path), join(outdir, 'meta.json')]);
  for (const name of readdirSync(outdir)) if (!written.has(join(outdir, name))) rmSync(join(outdir, name));
  chmodSync(join(outdir, 'tallyman.js'), 0o755);
}
