import { anImageCopy, anInstance, aPolicy } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const instance = { at: 'manifests/web.yaml: spec.tags', address: 'Instance/web' };
const copy = { at: 'manifests/web-base.yaml: spec.tags', address: 'ImageCopy/web-base' };

describeRule('hygiene/required-tags', [
  { title: 'is off until a Policy names tags' },
  {
    title: 'finds copies and instances without the tag',
    rule: { tags: ['team'] },
    finds: [
      { ...copy, severity: 'error', message: "`tags` must have 'team'" },
      { ...instance, severity: 'error', message: "`tags` must have 'team'" },
    ],
  },
  {
    title: 'passes where the tag is there, whatever its value',
    desired: { imageCopies: [anImageCopy({ tags: { team: '' } })], instances: [anInstance({ tags: { team: 'web' } })] },
    rule: { tags: ['team'] },
  },
  {
    title: 'finds a tag that the manifest removes',
    desired: { instances: [anInstance({ tags: { team: null } })] },
    rule: { tags: ['team'], kinds: ['Instance'] },
    finds: [{ ...instance, message: "`tags` must have 'team'" }],
  },
  {
    title: 'does not take a property of every object for a tag',
    rule: { tags: ['toString'], kinds: ['Instance'] },
    finds: [{ ...instance, message: "`tags` must have 'toString'" }],
  },
  {
    title: 'asks for the tags of all Policies',
    policies: [
      aPolicy({ 'hygiene/required-tags': { tags: ['team'], kinds: ['Instance'] } }),
      aPolicy({ 'hygiene/required-tags': { tags: ['cost'], kinds: ['Instance'] } }, { name: 'second' }),
    ],
    finds: [
      { ...instance, message: "`tags` must have 'team'" },
      { ...instance, message: "`tags` must have 'cost'" },
    ],
  },
]);
