import { describe, expect, it } from 'vitest';
import { TallymanError } from '../../src/domain/errors.js';
import { lintEnvironments } from '../../src/flows/lint-environments.js';
import { loadEnvironments, loadProject } from '../../src/flows/load-project.js';
import { promote } from '../../src/flows/update.js';
import type { ReadProject } from '../../src/manifest/read-project.js';
import { renderLock } from '../../src/resolve/render-lock.js';
import { aLockEntry, nowMs, today } from '../support/build.js';
import { memoryFiles } from './memory-files.js';
import { added, edited, soundProject, type Texts, told } from './small-project.js';

const projectFile = 'tallyman.yaml';

/** The sound project with these environments. */
function withEnvironments(text: string, base: Texts = soundProject): Texts {
  return edited(base, projectFile, '  manifests:', `  environments:\n${text}  manifests:`);
}

const devAndProd = withEnvironments(`\
    - name: dev
      defaults: {region: ap-southeast-1, tags: {stage: dev}}
      patches:
        - {target: Instance/web, merge: {replicas: 1, systemDisk: {sizeGiB: 60}}}
        - {target: ImageCopy/web-base, merge: {destinations: [{region: ap-southeast-1}]}}
    - name: prod
`);

const read = (texts: Texts, environment: string | null): Promise<ReadProject> =>
  loadProject(memoryFiles(texts), { projectFile, environment });

/** With a lock for each environment that pins every source. */
async function locked(texts: Texts): Promise<Texts> {
  let whole = texts;
  for (const { desired, lock } of await loadEnvironments(memoryFiles(texts), { projectFile })) {
    const entries = (desired?.imageSources ?? []).flatMap((source) =>
      source.regions.map((region) =>
        aLockEntry({ source: source.name, region, selector: source.selectorDigest, owner: '1600000000000007' }),
      ),
    );
    whole = added(whole, lock.file, renderLock({ file: lock.file, entries }, 'web-platform'));
  }
  return whole;
}

async function lintAll(texts: Texts): Promise<readonly string[]> {
  const projects = await loadEnvironments(memoryFiles(texts), { projectFile });
  return lintEnvironments(projects, { today }).diagnostics.map(told);
}

async function refusal(texts: Texts, environment: string | null): Promise<string> {
  const error = await read(texts, environment).catch((thrown: unknown) => thrown);
  return error instanceof TallymanError ? `${error.exitCode} ${error.message} ${error.hint}` : 'none';
}

describe('an environment', () => {
  it('changes what it patches, field by field, and leaves the rest', async () => {
    const { desired, findings } = await read(devAndProd, 'dev');
    expect(findings).toEqual([]);
    expect(desired?.environment).toBe('dev');
    expect(desired?.instances[0]).toMatchObject({
      replicas: 1,
      region: 'ap-southeast-1',
      instanceType: 'ecs.g7.large',
      systemDisk: { sizeGiB: 60, category: 'cloud_essd', encrypted: true },
      tags: { stage: 'dev' },
    });
    expect(desired?.imageCopies[0]?.destinations.map(({ region }) => region)).toEqual(['ap-southeast-1']);
  });

  it('has a lock of its own', async () => {
    expect((await read(devAndProd, 'dev')).lock.file).toBe('tallyman.lock.dev.yaml');
    const { desired, lock } = await read(await locked(devAndProd), 'prod');
    expect([lock.file, lock.entries.length, desired?.instances[0]?.replicas]).toEqual([
      'tallyman.lock.prod.yaml',
      1,
      2,
    ]);
  });

  it('must be named where the project has some, and must exist', async () => {
    expect(await refusal(devAndProd, null)).toBe(
      "4 the project has environments, and `--env` names none of them: 'dev', 'prod' Name one, for example: --env dev",
    );
    expect(await refusal(devAndProd, 'prdo')).toBe("4 the project has no environment 'prdo' Did you mean 'prod'?");
    expect(await refusal(soundProject, 'dev')).toMatch(/^4 the project has no environment 'dev': it has none at all/);
  });
});

describe('lint of a project with environments', () => {
  it('checks all of them and names those in which something is wrong', async () => {
    expect(await lintAll(await locked(devAndProd))).toEqual([]);
    const bad = edited(devAndProd, projectFile, 'replicas: 1,', 'replicas: 1, instanceType: true,');
    expect(await lintAll(bad)).toContain(
      "tallyman.yaml:15 error manifest/wrong-type `instanceType` must be a string, not 'true' (environment dev)",
    );
  });

  it('says once what is wrong everywhere', async () => {
    const bad = edited(await locked(devAndProd), 'manifests/web.yaml', 'imageCopy: web-base', 'imageCopy: web-bsae');
    expect(await lintAll(bad)).toEqual([
      "manifests/web.yaml:7 error manifest/unknown-reference `image.imageCopy` must be the name of an ImageCopy, not 'web-bsae'",
    ]);
  });

  it('holds policy against patched values, at the patch that wrote them', async () => {
    const plain = edited(devAndProd, projectFile, 'sizeGiB: 60', 'sizeGiB: 60, encrypted: false');
    const [first] = (await lintAll(await locked(plain))).filter((line) => line.includes('encryption/required'));
    expect(first).toMatch(/^tallyman.yaml:15 error encryption\/required .*\(environment dev\)$/);
  });

  it('finds a field that a patch takes out at the patch', async () => {
    const without = edited(devAndProd, projectFile, 'replicas: 1,', 'replicas: 1, instanceType: null,');
    expect(await lintAll(without)).toContain(
      'tallyman.yaml:15 error manifest/missing-field `spec` must have `instanceType` (environment dev)',
    );
  });

  it('finds a patch of nothing', async () => {
    const idle = withEnvironments('    - {name: dev, patches: [{target: Instance/wbe, merge: {replicas: 1}}]}\n');
    const [line] = (await lintAll(idle)).filter((one) => one.includes('manifest/'));
    expect(line).toBe(
      "tallyman.yaml:12 error manifest/unknown-reference `environments[0].patches[0].target` must be a resource of the manifests, not 'Instance/wbe'",
    );
  });

  it('refuses keys that could act, and names that stand twice', async () => {
    const hostile = withEnvironments(
      '    - {name: dev, patches: [{target: Instance/web, merge: {__proto__: {replicas: 9}}}]}\n',
    );
    expect(await lintAll(hostile)).toContain(
      "tallyman.yaml:12 error manifest/forbidden-key no field may be called '__proto__'",
    );
    const twice = withEnvironments('    - {name: dev}\n    - {name: dev}\n');
    expect(await lintAll(twice)).toContain(
      "tallyman.yaml:13 error manifest/duplicate-item two environments are called 'dev'",
    );
    expect(({} as { replicas?: number }).replicas).toBeUndefined();
  });
});

describe('update --promote', () => {
  const tests = { checkOnly: false, source: null };

  async function promoted(texts: Texts) {
    const files = memoryFiles(texts);
    const ports = { files, clock: { now: () => nowMs } };
    const result = await promote(ports, await read(texts, 'prod'), await read(texts, 'dev'), tests);
    return { result, text: (await files.read('tallyman.lock.prod.yaml', 1e6)) ?? '' };
  }

  const inOneRegion = withEnvironments('    - {name: dev}\n    - {name: prod}\n');

  it('takes over what the other environment has pinned', async () => {
    const whole = await locked(inOneRegion);
    const newer = (whole['tallyman.lock.dev.yaml'] ?? '').replaceAll('m-golden1', 'm-golden2');
    const { result, text } = await promoted({ ...whole, 'tallyman.lock.dev.yaml': newer });
    expect(result).toMatchObject({ isWritten: true, diagnostics: [], changes: [{ kind: 'changed' }] });
    expect(text).toContain('m-golden2');
    const again = await read({ ...whole, 'tallyman.lock.prod.yaml': text }, 'prod');
    expect(again.lock.entries[0]?.selector).toBe(again.desired?.imageSources[0]?.selectorDigest);
  });

  it('does not take over the pin of a source that asks for something else', async () => {
    const other = withEnvironments(
      '    - {name: dev, patches: [{target: ImageSource/golden, merge: {family: nightly}}]}\n    - {name: prod}\n',
    );
    const { result } = await promoted(await locked(other));
    expect(result.isWritten).toBe(false);
    expect(result.diagnostics.map(({ message }) => message)).toEqual([
      "'golden' in 'cn-hangzhou' cannot be promoted: environment 'dev' asks for other images",
    ]);
  });

  it('does not take over a pin that is older than its spec', async () => {
    const whole = await locked(inOneRegion);
    const edit = edited(whole, 'manifests/images.yaml', 'family: golden', 'family: golden-2');
    const { result } = await promoted(edit);
    expect(result.diagnostics.map(({ message }) => message)).toEqual([
      "'golden' in 'cn-hangzhou' cannot be promoted: its pin in environment 'dev' is older than its spec",
    ]);
  });
});
