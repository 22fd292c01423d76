import { describe, expect, it } from 'vitest';
import { loadProject } from '../../src/flows/load-project.js';
import { lint } from '../../src/flows/lint.js';
import { renderLintText } from '../../src/report/lint-text.js';
import { today } from '../support/build.js';
import { memoryFiles } from './memory-files.js';
import { added, edited, soundProject, type Texts, told } from './small-project.js';

const canary = '#!/bin/sh\nexport TOKEN=canary-4711\n';
const named = edited(
  soundProject,
  'manifests/web.yaml',
  '  replicas: 2\n',
  '  replicas: 2\n  userDataFile: scripts/web.sh\n',
);
const load = (texts: Texts) => loadProject(memoryFiles(texts), { projectFile: 'tallyman.yaml' });

describe('userDataFile', () => {
  it('counts like user data that is written out, and is an input of the plan', async () => {
    const read = await load(added(named, 'scripts/web.sh', canary));
    expect(read.findings).toEqual([]);
    expect(read.desired?.instances[0]?.userData).toBe(canary);
    expect(read.inputs['scripts/web.sh']).toMatch(/^sha256:[0-9a-f]{64}$/);
    const other = await load(added(named, 'scripts/web.sh', `${canary}#`));
    expect(other.inputs['scripts/web.sh']).not.toBe(read.inputs['scripts/web.sh']);
  });

  it.each([
    ['is missing', named, 'not there'],
    ['is empty', added(named, 'scripts/web.sh', ''), 'empty'],
  ])('is a finding where the file %s', async (_, texts, state) => {
    const { diagnostics } = lint(await load(texts), { today });
    expect(diagnostics.map(told)).toEqual([
      `manifests/web.yaml:7 error manifest/file \`userDataFile\` must be a file of the project, 'scripts/web.sh' is ${state}`,
    ]);
  });

  it('is a finding beside user data, and outside the project', async () => {
    const both = edited(named, 'manifests/web.yaml', '  replicas: 2\n', '  replicas: 2\n  userData: x\n');
    expect((await load(added(both, 'scripts/web.sh', canary))).findings.map(({ message }) => message)).toEqual([
      '`spec` must not have both `userData` and `userDataFile`',
    ]);
    const outside = edited(named, 'manifests/web.yaml', 'scripts/web.sh', '../web.sh');
    expect((await load(outside)).findings.map(({ ruleId }) => ruleId)).toEqual(['manifest/invalid-value']);
  });

  it('is never shown, whatever else is wrong', async () => {
    const bad = edited(added(named, 'scripts/web.sh', canary), 'manifests/web.yaml', 'web-base', 'web-bsae');
    const read = await load(bad);
    const shown = renderLintText(lint(read, { today }), { isColored: false, showsWaived: true });
    expect(shown).toContain('web-bsae');
    expect(shown + JSON.stringify([read.sources, read.inputs, read.findings])).not.toContain('canary-4711');
  });
});
