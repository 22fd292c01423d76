import { aPolicy } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const finding = { at: 'manifests/golden.yaml: spec.family', address: 'ImageSource/golden/cn-hangzhou' };
const image = "image 'm-golden1' in 'cn-hangzhou' must be at most";

describeRule('trust/image-age', [
  { title: 'passes on the ninetieth day', today: '2026-03-01' },
  {
    title: 'warns on the day after',
    today: '2026-03-02',
    finds: [{ ...finding, severity: 'warning', message: `${image} 90 days old, and is 91` }],
  },
  {
    title: 'takes its limit from the Policy',
    rule: { severity: 'error', maxDays: 30 },
    finds: [{ ...finding, severity: 'error', message: `${image} 30 days old, and is 45` }],
  },
  {
    title: 'takes and names the smallest limit of several Policies, with the highest severity',
    policies: [
      aPolicy({ 'trust/image-age': { severity: 'warning', maxDays: 30 } }),
      aPolicy({ 'trust/image-age': { severity: 'error', maxDays: 365 } }, { name: 'second' }),
      aPolicy({ 'trust/image-age': { maxDays: 20 } }, { name: 'third' }),
    ],
    finds: [{ ...finding, severity: 'error', message: `${image} 20 days old, and is 45` }],
  },
]);
