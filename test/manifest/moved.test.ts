import { describe, expect, it } from 'vitest';
import { presentAddress } from '../../src/domain/moved.js';
import { complaints, copyText, file, instanceText, projectText, read, sourceText } from '../support/manifests.js';

const manifest = file(sourceText, copyText, instanceText);

function movedBy(...entries: readonly string[]): readonly string[] {
  const project = projectText.replace(
    '  approvers:',
    `  moved:\n${entries.map((one) => `    - ${one}\n`).join('')}  approvers:`,
  );
  return complaints(read({ project, manifest })).map((line) => line.replace(/^[\d:]+ /, ''));
}

describe('renames of a project', () => {
  it('lead from any old name to the present one', () => {
    expect(movedBy('{from: Instance/b, to: Instance/web}', '{from: Instance/a, to: Instance/b}')).toEqual([]);
    const origin = { file: 'tallyman.yaml', document: 0, path: [] };
    const moved = [
      { from: 'Instance/b', to: 'Instance/web', origin },
      { from: 'Instance/a', to: 'Instance/b', origin },
    ];
    expect(presentAddress(moved, 'Instance/a/10')).toBe('Instance/web/10');
    expect(presentAddress(moved, 'Instance/ab/1')).toBe('Instance/ab/1');
    expect(presentAddress(moved, 'ImageCopy/a/cn-hangzhou')).toBe('ImageCopy/a/cn-hangzhou');
  });

  it.each([
    [
      'a name that is still declared',
      ['{from: Instance/web, to: Instance/shop}'],
      "manifest/invalid-value: 'Instance/web' was renamed to 'Instance/shop' and is still declared",
    ],
    [
      'a name that nobody declares',
      ['{from: Instance/old, to: Instance/wbe}'],
      "manifest/unknown-reference: 'Instance/old' was renamed to 'Instance/wbe', which no manifest declares",
    ],
    [
      'another kind',
      ['{from: Instance/old, to: ImageCopy/web-base}'],
      "manifest/invalid-value: 'Instance/old' cannot become 'ImageCopy/web-base': a rename stays within one kind",
    ],
    [
      'two new names',
      ['{from: Instance/old, to: Instance/web}', '{from: Instance/old, to: Instance/web}'],
      "manifest/duplicate-item: 'Instance/old' is renamed twice",
    ],
    [
      'a kind that carries no tags',
      ['{from: ImageShare/a, to: ImageShare/b}'],
      "manifest/invalid-value: `moved[0].from` must be KIND/NAME of an ImageCopy or Instance, not 'ImageShare/a'",
    ],
  ])('refuse %s', (_, entries, message) => {
    expect(movedBy(...entries)).toContain(message);
  });

  it('refuse a circle', () => {
    expect(movedBy('{from: Instance/a, to: Instance/b}', '{from: Instance/b, to: Instance/a}')).toEqual([
      "manifest/invalid-value: the rename of 'Instance/a' leads back to itself",
      "manifest/invalid-value: the rename of 'Instance/b' leads back to itself",
    ]);
  });
});
