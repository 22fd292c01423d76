import { describe, expect, it } from 'vitest';
import { TallymanError } from '../../src/domain/errors.js';
import { compileGlob } from '../../src/domain/path-glob.js';
import { loadProject } from '../../src/flows/load-project.js';
import type { Files } from '../../src/ports/files.js';
import {
  complaints,
  copyText,
  instanceText,
  lockText,
  policyText,
  projectText,
  sourceText,
  waiverText,
} from '../support/manifests.js';

/** Files in memory; a path in `unreadable` throws as the real ones do. */
function filesWith(texts: Readonly<Record<string, string>>, unreadable: readonly string[] = []): Files {
  return {
    root: '/project',
    async read(path, sizeMax) {
      if (unreadable.includes(path)) throw new TallymanError('input/file', `'${path}' cannot be read`, 'Check it.');
      const text = texts[path];
      if (text !== undefined && text.length > sizeMax) {
        throw new TallymanError('input/file', `'${path}' is larger than ${sizeMax} bytes`, 'Split the file.');
      }
      return text;
    },
    async glob(patterns) {
      const globs = patterns.map((pattern) => compileGlob(pattern));
      return Object.keys(texts)
        .filter((path) => globs.some((glob) => glob?.matches(path)))
        .sort();
    },
    async write() {
      throw new Error('nothing is written here');
    },
  };
}

const options = { projectFile: 'tallyman.yaml' };
const whole = {
  'tallyman.yaml': projectText,
  'tallyman.lock.yaml': lockText,
  'manifests/source.yaml': sourceText,
  'manifests/deep/copy.yaml': copyText,
  'manifests/instance.yaml': instanceText,
  'policies/baseline.yaml': policyText,
  'policies/waiver.yaml': waiverText,
};

describe('loading a project', () => {
  it('reads all that belongs to it', async () => {
    const project = await loadProject(filesWith(whole), options);
    expect(complaints(project)).toEqual([]);
    expect(project.desired?.instances.map(({ address }) => address)).toEqual(['Instance/web']);
    expect(project.policies).toHaveLength(1);
    expect(project.waivers).toHaveLength(1);
    expect(project.lock.entries).toHaveLength(1);
    expect(Object.keys(project.inputs)).toEqual(Object.keys(whole).sort());
  });

  it('never takes projects, locks and policy tests for manifests', async () => {
    const project = projectText.replace('  approvers:', '  manifests: ["**/*.yaml"]\n  approvers:');
    const others = {
      'sub/tallyman.yaml': ': [',
      'sub/tallyman.lock.dev.lock.yaml': ': [',
      'sub/a.policy-test.yaml': ': [',
    };
    const read = await loadProject(filesWith({ ...whole, ...others, 'tallyman.yaml': project }), options);
    expect(complaints(read)).toEqual([]);
  });

  it('reads a file that both globs match as policies', async () => {
    const project = projectText.replace('  approvers:', '  manifests: ["**/*.yaml"]\n  approvers:');
    const read = await loadProject(filesWith({ ...whole, 'tallyman.yaml': project }), options);
    expect(read.policies).toHaveLength(1);
    const misplaced = await loadProject(
      filesWith({ ...whole, 'policies/source.yaml': sourceText.replace('golden', 'x') }),
      options,
    );
    expect(misplaced.findings.map(({ ruleId }) => ruleId)).toEqual(['manifest/misplaced']);
  });

  it('knows the lock by the name that it is given', async () => {
    const read = await loadProject(filesWith({ ...whole, 'tallyman.lock.dev.yaml': lockText }), {
      ...options,
      lockFile: 'tallyman.lock.dev.yaml',
    });
    expect(read.lock).toMatchObject({ file: 'tallyman.lock.dev.yaml', entries: [{ source: 'golden' }] });
  });

  it('has an empty lock where there is none', async () => {
    const { 'tallyman.lock.yaml': _, ...rest } = whole;
    const read = await loadProject(filesWith(rest), options);
    expect(read.lock).toEqual({ file: 'tallyman.lock.yaml', entries: [] });
    expect(read.desired).not.toBeNull();
  });

  it.each(['manifests/source.yaml', 'policies/baseline.yaml', 'tallyman.lock.yaml'])(
    'reports that %s cannot be read, and uses nothing',
    async (path) => {
      const read = await loadProject(filesWith(whole, [path]), options);
      expect(read.desired).toBeNull();
      expect(read.findings).toContainEqual(
        expect.objectContaining({ ruleId: 'manifest/file', message: `'${path}' cannot be read`, isInputError: true }),
      );
    },
  );

  it('reports a file that is too large', async () => {
    const read = await loadProject(
      filesWith({ ...whole, 'manifests/z.yaml': `# ${'x'.repeat(1024 * 1024)}` }),
      options,
    );
    expect(complaints(read)).toEqual(["1:1 manifest/file: 'manifests/z.yaml' is larger than 1048576 bytes"]);
  });

  it('fails where there is no project', async () => {
    await expect(loadProject(filesWith({}), options)).rejects.toMatchObject({
      code: 'input/no-project',
      message: "there is no project file 'tallyman.yaml' in '/project'",
    });
  });

  it('fails where no manifest is matched, and names globs and root', async () => {
    const project = projectText.replace('  approvers:', '  manifests: ["a/*.yaml", "b/*.yaml"]\n  approvers:');
    await expect(loadProject(filesWith({ ...whole, 'tallyman.yaml': project }), options)).rejects.toMatchObject({
      code: 'input/no-manifest',
      message: "no file below '/project' matches 'a/*.yaml', 'b/*.yaml'",
    });
  });

  it('shows the mistakes of a project before it complains of missing files', async () => {
    const project = projectText.replace('  approvers:', '  manifest: []\n  approvers:');
    const read = await loadProject(filesWith({ 'tallyman.yaml': project }), options);
    expect(complaints(read)).toEqual(['11:3 manifest/unknown-field: unknown field `manifest` in `spec`']);
  });

  it('shows the mistakes of manifests beside those of the project', async () => {
    const read = await loadProject(
      filesWith({
        ...whole,
        'tallyman.yaml': projectText.replace('maxRemovals: 10', 'maxRemovals: ten'),
        'manifests/source.yaml': sourceText.replace('family', 'famly'),
      }),
      options,
    );
    expect(read.findings.map(({ ruleId }) => ruleId)).toEqual(['manifest/unknown-field', 'manifest/wrong-type']);
  });
});
