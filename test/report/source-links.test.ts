import { describe, expect, it } from 'vitest';
import { blobsOf, fileUri } from '../../src/report/source-links.js';

describe('where a site shows the files of a commit', () => {
  it.each([
    ['https://github.com/web/fleet.git', 'https://github.com/web/fleet/blob'],
    ['https://github.com/web/fleet', 'https://github.com/web/fleet/blob'],
    ['git@github.com:web/fleet.git', 'https://github.com/web/fleet/blob'],
    ['ssh://git@GitHub.com:22/web/fleet.git', 'https://github.com/web/fleet/blob'],
    ['https://web.ghe.com/web/fleet', 'https://web.ghe.com/web/fleet/blob'],
    ['git@gitlab.com:group/sub/fleet.git', 'https://gitlab.com/group/sub/fleet/-/blob'],
    ['https://gitlab.example.com/group/fleet/', 'https://gitlab.example.com/group/fleet/-/blob'],
    ['https://gitee.com/web/fleet.git', 'https://gitee.com/web/fleet/blob'],
  ])('is known of %s', (remote, blobs) => {
    expect(blobsOf(remote)).toBe(blobs);
  });

  it.each([
    'https://git.example.com/web/fleet.git',
    '/srv/git/fleet.git',
    'file:///srv/git/fleet.git',
    '../fleet',
    'https://github.com/',
    'https://github.com/web/../../evil',
    'https://github.com.evil.example/web/fleet',
    'https://evil.example/github.com/web/fleet',
    'javascript://github.com/%0aalert(1)',
    'https://github.com/web/fleet"><script>',
    '',
  ])('is not made up for %j', (remote) => {
    expect(blobsOf(remote)).toBeNull();
  });

  it('never holds who was logged in', () => {
    expect(blobsOf('https://x-access-token:secret@github.com/web/fleet.git')).toBe('https://github.com/web/fleet/blob');
  });
});

describe('a link to a line of a file', () => {
  const report = { commit: '3f2c1ab', changedFiles: new Set(['b.yaml']), blobs: 'https://github.com/web/fleet/blob' };

  it('leads to the file as it is in the commit', () => {
    expect(fileUri(report, 'a b.yaml', 3)).toBe('https://github.com/web/fleet/blob/3f2c1ab/a%20b.yaml#L3');
  });

  it('is none for a file that is not so in the commit, without a commit, and without a site', () => {
    expect(fileUri(report, 'b.yaml', 3)).toBeNull();
    expect(fileUri({ ...report, commit: null }, 'a.yaml', 3)).toBeNull();
    expect(fileUri({ ...report, blobs: null }, 'a.yaml', 3)).toBeNull();
  });
});
