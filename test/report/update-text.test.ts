import { describe, expect, it } from 'vitest';
import type { LockEntry } from '../../src/domain/lock.js';
import { renderUpdateJson } from '../../src/report/update-json.js';
import { renderUpdateText } from '../../src/report/update-text.js';
import { aDiagnostic } from './build.js';

const before: LockEntry = {
  source: 'golden',
  region: 'cn-hangzhou',
  selector: 'sha256:aa',
  imageId: 'm-golden1',
  owner: '1600000000000001',
  name: 'golden-v1',
  createdAt: '2025-12-01T00:00:00Z',
  sizeGiB: 40,
  encrypted: 'unknown',
  disks: [],
  fingerprint: 'sha256:bb',
  via: null,
};
const after: LockEntry = {
  ...before,
  imageId: 'm-golden2',
  name: '黄金-v2',
  createdAt: '2025-12-31T12:00:00Z',
  encrypted: true,
};
const change = { source: 'golden', region: 'cn-hangzhou', kind: 'changed' as const, before, after };
const added = { ...change, source: 'base', kind: 'added' as const, before: null, after: { ...before, source: 'base' } };
const unchanged = { ...change, region: 'cn-beijing', kind: 'unchanged' as const, after: before };
const result = { lockFile: 'tallyman.lock.yaml', diagnostics: [], isWritten: true, isCheckOnly: false };
const options = { isColored: false, nowMs: Date.parse('2026-01-02T00:00:00Z') };

describe('update as text', () => {
  it('does not call a lock up to date when sources could not be resolved', () => {
    const failed = {
      ...result,
      changes: [unchanged],
      diagnostics: [aDiagnostic({ severity: 'error' })],
      isWritten: false,
    };
    expect(renderUpdateText(failed, { isColored: false, nowMs: 0 })).toContain(
      'tallyman.lock.yaml is left as it is: 1 error, 1 unchanged.\n',
    );
  });

  it('shows old and new side by side, in columns that fit on the screen', () => {
    expect(renderUpdateText({ ...result, changes: [change, added, unchanged] }, options)).toBe(`\
SOURCE  REGION       IMAGE                   NAME                  OWNER             AGE               SIZE    ENCRYPTED
golden  cn-hangzhou  m-golden1 -> m-golden2  golden-v1 -> 黄金-v2  1600000000000001  32 days -> 1 day  40 GiB  unknown -> yes
base    cn-hangzhou  m-golden1 (new)         golden-v1             1600000000000001  32 days           40 GiB  unknown

Wrote tallyman.lock.yaml: 2 changes, 1 unchanged.
`);
  });

  it('says that --check wrote nothing', () => {
    const text = renderUpdateText({ ...result, changes: [change], isWritten: false, isCheckOnly: true }, options);
    expect(text).toMatch(/tallyman\.lock\.yaml was not written \(--check\): 1 change, 0 unchanged\.\n$/);
  });

  it('says that nothing is newer', () => {
    expect(renderUpdateText({ ...result, changes: [unchanged], isWritten: false }, options)).toBe(
      'tallyman.lock.yaml is up to date (1 unchanged).\n',
    );
  });
});

describe('update as JSON', () => {
  it('has both entries of each source', () => {
    expect(JSON.parse(renderUpdateJson({ ...result, changes: [added] }))).toStrictEqual({
      format_version: '1.0',
      lock_file: 'tallyman.lock.yaml',
      check_only: false,
      written: true,
      changes: [
        {
          source: 'base',
          region: 'cn-hangzhou',
          kind: 'added',
          before: null,
          after: {
            image_id: 'm-golden1',
            owner: '1600000000000001',
            name: 'golden-v1',
            created_at: '2025-12-01T00:00:00Z',
            size_gib: 40,
            encrypted: 'unknown',
            fingerprint: 'sha256:bb',
          },
        },
      ],
      diagnostics: [],
    });
  });
});
