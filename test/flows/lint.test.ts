import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/domain/finding.js';
import type { ReadProject } from '../../src/manifest/read-project.js';
import { lint } from '../../src/flows/lint.js';
import { renderLock } from '../../src/resolve/render-lock.js';
import { aLockEntry, today } from '../support/build.js';
import { aReadProject, manifest } from './project-texts.js';

function withLock(texts: { manifest?: string; policy?: string } = {}): ReadProject {
  const sources = aReadProject().desired?.imageSources ?? [];
  const entries = sources.map(({ name, selectorDigest }) => aLockEntry({ source: name, selector: selectorDigest }));
  return aReadProject({ ...texts, lock: renderLock({ file: 'tallyman.lock.yaml', entries }, 'web-platform') });
}

function told({ range, severity, ruleId, message }: Diagnostic): string {
  return `${range?.file}:${range?.start.line}:${range?.start.column} ${severity} ${ruleId} ${message}`;
}

describe('lint', () => {
  test('finds nothing in a sound project, and says what it could not judge', () => {
    const { diagnostics, summary } = lint(withLock(), { today });
    expect(diagnostics).toEqual([]);
    expect(summary).toEqual({
      errors: 0,
      warnings: 0,
      infos: 0,
      waived: 0,
      skipped: 9,
      files: 3,
      rules: expect.any(Number) as number,
    });
  });

  test('gives each finding its place', () => {
    const plain = manifest.replace('encrypted: true', 'encrypted: false');
    const { diagnostics, summary } = lint(withLock({ manifest: plain }), { today });
    expect(diagnostics.map(told)).toEqual([
      "manifests/web.yaml:11:14 warning encryption/required `encrypted` must be 'true', not 'false'",
    ]);
    expect(summary).toMatchObject({ errors: 0, warnings: 1 });
  });

  test('asks for a lock where there is none', () => {
    expect(lint(aReadProject(), { today }).diagnostics.map(told)).toEqual([
      "manifests/web.yaml:4:31 error trust/unlocked-source 'golden' must have an entry for 'cn-hangzhou' in the lock",
    ]);
  });

  test('counts a waived finding apart', () => {
    const policy = `\
apiVersion: tallyman.dev/v1
kind: Waiver
metadata: {name: plain-for-now}
spec:
  rule: encryption/required
  resources: [ImageCopy/web-base]
  reason: the key is ordered, ticket 4711
  approvedBy: security-team
  expires: "2026-06-30"
`;
    const plain = manifest.replace('encrypted: true', 'encrypted: false');
    const { diagnostics, summary } = lint(withLock({ manifest: plain, policy }), { today });
    expect(diagnostics.map(({ waiver }) => waiver?.name)).toEqual(['plain-for-now']);
    expect(summary).toMatchObject({ errors: 0, warnings: 0, waived: 1 });
  });
});

describe('lint judges nothing', () => {
  test('by manifests that cannot be read', () => {
    const broken = manifest.replace('owner: images, ', '').replace('encrypted: true', 'encrypted: false');
    const { diagnostics, summary } = lint(withLock({ manifest: broken }), { today });
    expect(diagnostics.map(({ ruleId, isInputError }) => [ruleId, isInputError])).toEqual([
      ['trust/owner-required', true],
    ]);
    expect(summary).toMatchObject({ errors: 1, rules: 0 });
  });

  test('by a Policy that cannot be followed', () => {
    const policy = `\
apiVersion: tallyman.dev/v1
kind: Policy
metadata: {name: baseline}
spec:
  rules:
    encryption/require: {severity: error}
`;
    const plain = manifest.replace('encrypted: true', 'encrypted: false');
    const { diagnostics, summary } = lint(withLock({ manifest: plain, policy }), { today });
    expect(diagnostics.map(told)).toEqual([
      "policies/baseline.yaml:6:25 error manifest/policy there is no rule 'encryption/require', did you mean 'encryption/required'?",
    ]);
    expect(summary).toMatchObject({ errors: 1, warnings: 0, rules: 0 });
  });
});
