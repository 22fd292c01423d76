import { describe, expect, it } from 'vitest';
import type { AuditResult } from '../../src/domain/result.js';
import type { RunningOwner } from '../../src/domain/running-owner.js';
import { renderAuditJson } from '../../src/report/audit-json.js';
import { renderAuditMarkdown } from '../../src/report/audit-markdown.js';
import { renderAuditText } from '../../src/report/audit-text.js';
import { renderAuditHtml } from '../../src/report/html/audit-page.js';
import { sanitise } from '../../src/report/sanitise.js';
import { aCheckReport } from './build.js';
import { hostileNames } from './hostile-names.js';

const stranger: RunningOwner = {
  owner: '1600000000000009',
  account: null,
  sort: 'shared',
  trusted: 'no',
  images: ['m-1', 'm-2'],
  instances: 3,
  places: [{ account: 'prod', region: 'cn-hangzhou', instances: 3 }],
  encrypted: { yes: 1, no: 2, unknown: 0 },
  oldest: '2025-12-01T00:00:00Z',
  newest: '2025-12-31T00:00:00Z',
};
const factory: RunningOwner = {
  ...stranger,
  owner: '1600000000000001',
  account: 'images',
  sort: 'own copy',
  trusted: 'yes',
  instances: 12,
  images: ['m-3'],
  encrypted: { yes: 12, no: 0, unknown: 0 },
  newest: '2025-12-01T00:00:00Z',
};
const summary = { errors: 1, warnings: 0, infos: 0, waived: 0, skipped: 0, files: 0, rules: 14 };

function aReport(owners: readonly RunningOwner[]) {
  const result: AuditResult = {
    diagnostics: [],
    summary,
    scopes: [],
    instances: 15,
    images: 3,
    owners,
    nowMs: Date.parse('2026-01-01T00:00:00Z'),
    apiCalls: {},
  };
  return { ...aCheckReport({ command: 'audit', summary, diagnostics: [] }), result };
}

describe('an audit', () => {
  it('says first whose images run', () => {
    expect(renderAuditText(aReport([stranger, factory]), { isColored: false })).toBe(`\
OWNER                      IMAGE     TRUSTED  INSTANCES  IMAGES  ENCRYPTED    AGE               WHERE
1600000000000009           shared    no       3          2       1 yes, 2 no  1 day to 31 days  prod cn-hangzhou: 3
1600000000000001 (images)  own copy  yes      12         1       yes          31 days           prod cn-hangzhou: 3

1 error, 0 warnings (14 rules).
`);
  });

  it('says so where nothing runs', () => {
    expect(renderAuditText(aReport([]), { isColored: false })).toMatch(/^No instances run here\.\n\n1 error/);
    expect(renderAuditMarkdown(aReport([]))).toContain('No instances run here.');
  });

  it('has the same facts for machines, with null for an owner that nobody can tell', () => {
    const { running } = JSON.parse(renderAuditJson(aReport([stranger, { ...stranger, owner: '' }]))) as {
      running: readonly object[];
    };
    expect(running).toEqual([stranger, { ...stranger, owner: null }]);
  });

  it('is a table in Markdown and on the page', () => {
    expect(renderAuditMarkdown(aReport([stranger]))).toContain('| `1600000000000009` | `shared` | `no` | `3` | `2` |');
    expect(renderAuditHtml(aReport([stranger]))).toContain('What runs, by owner of its image');
  });

  it.each(hostileNames)('cannot be made to act by a place called %j', (name) => {
    const row = { ...stranger, account: name, places: [{ account: name, region: name, instances: 1 }] };
    expect(renderAuditHtml(aReport([row]))).not.toMatch(/<(?:img|script(?! )|svg)[^>]*(?:onerror|onload|alert)/i);
    const text = renderAuditText(aReport([row]), { isColored: false });
    expect(text.replaceAll('\n', '')).toBe(sanitise(text.replaceAll('\n', '')));
  });
});
