import { describe, expect, test } from 'vitest';
import { manifestTypes } from '../../src/policy/cel/generated/manifest-types.js';
import { manifestView } from '../../src/policy/manifest-view.js';
import { anImageCopy, anImageShare, anImageSource, anInstance, aSystemDisk } from '../support/build.js';

const types: Readonly<Record<string, Readonly<Record<string, string>>>> = manifestTypes;

function fieldsAt(value: unknown, ...path: readonly string[]): readonly string[] {
  const inner = path.reduce<unknown>((outer, part) => (outer as Record<string, unknown>)[part], value);
  return Object.keys(inner as object).sort();
}

describe('what a rule sees of a manifest', () => {
  test.each([
    ['ImageSource', anImageSource()],
    ['ImageCopy', anImageCopy()],
    ['ImageShare', anImageShare()],
    ['Instance', anInstance()],
  ])('has every field that rules about %s can name, and no other', (kind, resource) => {
    const view = manifestView(resource);
    expect(fieldsAt(view)).toEqual(fieldsAt(types[kind]));
    expect(fieldsAt(view, 'metadata')).toEqual(fieldsAt(types[`${kind}Metadata`]));
    expect(fieldsAt(view, 'spec')).toEqual(fieldsAt(types[`${kind}Spec`]));
  });

  test('has those of disks and of the update', () => {
    const view = manifestView(anInstance({ systemDisk: aSystemDisk() }));
    expect(fieldsAt(view, 'spec', 'systemDisk')).toEqual(fieldsAt(types['InstanceSpecSystemDisk']));
    expect(fieldsAt(view, 'spec', 'update')).toEqual(fieldsAt(types['InstanceSpecUpdate']));
  });

  test('has no user data and no tag that shall not be there', () => {
    const view = manifestView(anInstance({ userData: 'hunter2', tags: { team: 'web', old: null } }));
    expect(JSON.stringify(view)).not.toContain('hunter2');
    expect(view['spec']).toMatchObject({ tags: { team: 'web' } });
    expect(fieldsAt(view, 'spec', 'tags')).toEqual(['team']);
  });
});
