// lint beside Spectral, another linter of YAML, which bench/spectral.yaml teaches twelve of the rules. Spectral is no
// dependency: it would bring 240 packages. Run by itself, after a build:
//
//     node bench/lint-spectral.mjs [DOCUMENTS]          # installs Spectral into a folder that is thrown away
//     SPECTRAL=DIR/node_modules node bench/lint-spectral.mjs
//
// Both must find the same in the same files, or there is nothing to compare and it ends with an error. Spectral reads
// one document a file, so the corpus has one; what only a look at several files finds it cannot be asked.
import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine, median, ms, root, tallymanJs, withCache } from './measure.mjs';

const documents = Number(process.argv[2] ?? 10_000);
const rounds = 3;
const ruleset = join(root, 'bench/spectral.yaml');

const project = `apiVersion: tallyman.dev/v1
kind: Project
metadata: {name: bench}
spec:
  id: k3v9x2ab
  accounts: [{name: images, uid: "1600000000000001"}, {name: prod, uid: "1600000000000002"}]
  regions: [cn-hangzhou, cn-shanghai, cn-beijing]
  manifests: ["manifests/*.yaml"]
  policies: ["policies/*.yaml"]
`;

/** The same twelve checks. What needs a lock or another file is off: Spectral has no way to ask it. */
const policy = `apiVersion: tallyman.dev/v1
kind: Policy
metadata: {name: bench}
spec:
  extends: [none]
  rules:
    trust/trusted-owner: {severity: error, owners: [{uid: "1600000000000007", reason: the image factory}]}
    trust/copy-before-use: {severity: error}
    trust/password-inherit: {severity: error}
    trust/share-target: {severity: error}
    hygiene/secret-in-user-data: {severity: error}
    encryption/required: {severity: error}
    region/allowed: {severity: error, regions: [cn-hangzhou, cn-shanghai], kinds: [ImageCopy, Instance]}
    hygiene/naming: {severity: error, patterns: ["web-*"], kinds: [Instance]}
    hygiene/required-tags: {severity: error, tags: [team], kinds: [Instance]}
`;

/** Of each ten: a source, two copies, a share, and six instances; each check fails in some of them. */
function documentText(number) {
  const decade = number - (number % 10);
  const isEvery = (n) => (decade / 10) % n === n - 1;
  switch (number % 10) {
    case 0:
      return head('ImageSource', `source-${decade}`, [
        'account: prod',
        'region: cn-hangzhou',
        `owner: "16000000000000${isEvery(5) ? '09' : '07'}"`,
        'family: golden',
      ]);
    case 1:
    case 2:
      return head('ImageCopy', `copy-${number}`, [
        'account: prod',
        `source: {imageSource: source-${decade}}`,
        `encrypted: ${!isEvery(7)}`,
        'destinations:',
        `  - {region: cn-hangzhou${isEvery(7) ? '' : ', kmsKeyId: key-hangzhou'}}`,
        ...(number % 10 === 2 && isEvery(3) ? ['  - {region: cn-beijing}'] : []),
      ]);
    case 3:
      return head('ImageShare', `share-${decade}`, [
        'account: prod',
        `image: {imageCopy: copy-${decade + 1}}`,
        'regions: [cn-hangzhou]',
        `with: [images${isEvery(4) ? ', "1600000000000009"' : ''}]`,
      ]);
    default:
      return instanceText(number, decade, isEvery);
  }
}

/** A plain disk only where the copy is plain, one in seven: of an encrypted one it could not be made. */
function instanceText(number, decade, isEvery) {
  const isDirect = number % 10 === 4 && isEvery(2);
  const isAbroad = number % 10 === 5 && isEvery(6);
  return head('Instance', `${isEvery(9) ? 'db' : 'web'}-${number}`, [
    'account: prod',
    `region: ${isAbroad ? 'cn-beijing' : 'cn-hangzhou'}`,
    'placement: [{zone: cn-hangzhou-h, vSwitchId: vsw-web}]',
    `image: {${isDirect ? `imageSource: source-${decade}` : `imageCopy: copy-${decade + (isAbroad ? 2 : 1)}`}}`,
    'instanceType: ecs.g7.large',
    'securityGroupIds: [sg-web]',
    ...(isEvery(8) ? ['tags: {owner: web}'] : ['tags: {team: web}']),
    `systemDisk: {category: cloud_essd, sizeGiB: 40, encrypted: ${!isEvery(14)}}`,
    ...(number % 10 === 6 ? [`dataDisks: [{category: cloud_essd, sizeGiB: 100, encrypted: ${!isEvery(3)}}]`] : []),
    ...(number % 10 === 7 ? [`userData: "id=${isEvery(2) ? `LTAI${'5tExample'.repeat(2)}` : 'none'}"`] : []),
    ...(number % 10 === 4 ? ['passwordInherit: true'] : []),
  ]);
}

function head(kind, name, spec) {
  const lines = spec.map((line) => `  ${line}\n`).join('');
  return `apiVersion: tallyman.dev/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n${lines}`;
}

function writeCorpus(folder) {
  for (const name of ['manifests', 'policies']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'tallyman.yaml'), project);
  writeFileSync(join(folder, 'policies/bench.yaml'), policy);
  for (let number = 0; number < documents; number += 1) {
    writeFileSync(join(folder, `manifests/${String(number).padStart(6, '0')}.yaml`), documentText(number));
  }
}

function installedSpectral(folder) {
  const given = process.env.SPECTRAL;
  if (given !== undefined) return given;
  mkdirSync(folder);
  const words = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '@stoplight/spectral-cli'];
  execFileSync('npm', [...words, '--prefix', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  return join(folder, 'node_modules');
}

/** Wall time in ms; what is printed goes to a file, as a pipe could hold the program up. */
async function timeOf(words, cwd, output, cache) {
  const began = performance.now();
  const stream = createWriteStream(output);
  await new Promise((resolve) => stream.once('open', resolve));
  const child = spawn(process.execPath, words, { cwd, stdio: ['ignore', stream, 'inherit'], env: withCache(cache) });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  stream.close();
  if (![0, 1, 3].includes(code)) throw new Error(`node ${words.join(' ')} ended with ${code}`);
  return performance.now() - began;
}

/** `RULE FILE`, one for each finding, sorted. */
function foundByTallyman(output) {
  const { diagnostics } = JSON.parse(readFileSync(output, 'utf8'));
  return diagnostics.map((each) => `${each.rule_id} ${each.range.filename}`).toSorted();
}

function foundBySpectral(output) {
  const results = JSON.parse(readFileSync(output, 'utf8'));
  return results
    .map(({ code, source }) => `${code.split('.').slice(0, 2).join('/')} ${source.slice(source.indexOf('manifests/'))}`)
    .toSorted();
}

function assertSame(ours, theirs) {
  const more = (a, b) => {
    const left = [...b];
    return a.filter((each) => {
      const at = left.indexOf(each);
      if (at !== -1) left.splice(at, 1);
      return at === -1;
    });
  };
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return;
  console.error('only tallyman:', more(ours, theirs).slice(0, 10), 'only Spectral:', more(theirs, ours).slice(0, 10));
  throw new Error(`they do not find the same: ${ours.length} and ${theirs.length}`);
}

const folder = mkdtempSync(join(tmpdir(), 'tallyman-spectral-'));
try {
  const corpus = join(folder, 'corpus');
  mkdirSync(corpus);
  writeCorpus(corpus);
  const spectral = join(installedSpectral(join(folder, 'spectral')), '@stoplight/spectral-cli');
  const { version } = JSON.parse(readFileSync(join(spectral, 'package.json'), 'utf8'));
  const output = {
    tallyman: join(folder, 'tallyman.json'),
    warm: join(folder, 'warm.json'),
    spectral: join(folder, 'spectral.json'),
  };
  const spectralWords = [join(spectral, 'dist/index.js'), 'lint', 'manifests/*.yaml', '--ruleset', ruleset];
  const runs = {
    tallyman: () => timeOf([tallymanJs, 'lint', '-o', 'json'], corpus, output.tallyman),
    warm: () => timeOf([tallymanJs, 'lint', '-o', 'json'], corpus, output.warm, join(folder, 'cache')),
    spectral: () => timeOf([...spectralWords, '--format', 'json', '--quiet'], corpus, output.spectral),
  };
  const times = { tallyman: [], warm: [], spectral: [] };
  await runs.warm();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(runs)) times[name].push(await run());
  }
  const ours = foundByTallyman(output.tallyman);
  assertSame(ours, foundBySpectral(output.spectral));
  assertSame(ours, foundByTallyman(output.warm));
  const [tallyman, warm, other] = [median(times.tallyman), median(times.warm), median(times.spectral)];
  console.log(machine());
  console.log(`${documents} documents, one a file; ${ours.length} findings of 12 checks, the same by both`);
  console.log(
    `tallyman lint ${ms(tallyman)}, Spectral ${version} ${ms(other)}: ${(other / tallyman).toFixed(2)} times as long`,
  );
  console.log(`with a warm cache ${ms(warm)}: ${(other / warm).toFixed(2)} times as long`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
