import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderLock } from '../../src/resolve/render-lock.js';
import { aLock, aLockEntry, anEmptyLock, anImageDisk } from '../support/build.js';

const entry = aLockEntry({ selector: `sha256:${'0'.repeat(64)}` });

describe('the lock as text', () => {
  test('has one value a line and every UID in quotes', () => {
    expect(renderLock(aLock({ ...entry, fingerprint: 'sha256:f1' }), 'web-platform')).toBe(`\
# written by tallyman update; do not edit
apiVersion: tallyman.dev/v1
kind: Lock
metadata: {name: web-platform}
spec:
  entries:
    - source: golden
      region: cn-hangzhou
      selector: sha256:${'0'.repeat(64)}
      imageId: m-golden1
      owner: "1600000000000001"
      name: golden-v1
      createdAt: "2025-12-01T00:00:00Z"
      sizeGiB: 40
      encrypted: false
      disks:
        - {device: /dev/xvda, type: system, sizeGiB: 40, snapshotId: s-golden1, encrypted: false}
      fingerprint: sha256:f1
`);
  });

  test('has empty lists where there is nothing', () => {
    expect(renderLock(anEmptyLock(), 'web-platform')).toContain('  entries: []\n');
    expect(renderLock(aLock({ ...entry, disks: [] }), 'web-platform')).toContain('      disks: []\n');
  });

  test.each([
    ['12e5', '"12e5"'],
    ['true', '"true"'],
    ['No', '"No"'],
    ['', '""'],
    ['two: colons', '"two: colons"'],
    ['a #comment', '"a #comment"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['line\nbreak', '"line\\nbreak"'],
    ['turn\u202earound', '"turn\\u202earound"'],
    ['hidden\u200btext', '"hidden\\u200btext"'],
    ['\u007f\u009b', '"\\u007f\\u009b"'],
    ['黄金', '"黄金"'],
    ['golden-v1', 'golden-v1'],
  ])('writes the name %j as %s', (name, text) => {
    expect(renderLock(aLock({ ...entry, name }), 'p')).toContain(`\n      name: ${text}\n`);
  });

  test('is read back as it was, whatever an image is called', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 20 });
    const encryption = fc.constantFrom(true as const, false as const, 'unknown' as const);
    fc.assert(
      fc.property(texts, texts, texts, encryption, (name, device, snapshotId, encrypted) => {
        const disks = [anImageDisk({ device, snapshotId, encrypted })];
        const { via: _via, ...written } = aLockEntry({ name, disks, owner: '9007199254740993' });
        expect(parse(renderLock(aLock({ ...written, via: null }), 'p'))).toEqual({
          apiVersion: 'tallyman.dev/v1',
          kind: 'Lock',
          metadata: { name: 'p' },
          spec: { entries: [written] },
        });
      }),
    );
  });
});
