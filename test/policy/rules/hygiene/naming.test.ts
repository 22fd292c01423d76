import { anInstance } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const finding = { at: 'manifests/web.yaml: metadata.name', address: 'Instance/web' };

describeRule('hygiene/naming', [
  { title: 'is off until a Policy gives patterns' },
  {
    title: 'finds a name that matches none of the patterns',
    rule: { patterns: ['prod-*', '*-test'], kinds: ['Instance'] },
    finds: [{ ...finding, severity: 'error', message: "`name` must match 'prod-*' or '*-test', and 'web' does not" }],
  },
  { title: 'passes a name that matches one', rule: { patterns: ['prod-*', 'w*b'], kinds: ['Instance'] } },
  {
    title: 'takes everything but the asterisk literally',
    rule: { patterns: ['w.b'], kinds: ['Instance'] },
    finds: [{ ...finding, message: "`name` must match 'w.b', and 'web' does not" }],
  },
  {
    title: 'answers at once whatever the pattern is',
    desired: { instances: [anInstance({ address: 'Instance/web', name: 'a'.repeat(63) })] },
    rule: { patterns: [`${'a*'.repeat(60)}b`], kinds: ['Instance'] },
    finds: [
      {
        at: `manifests/${'a'.repeat(63)}.yaml: metadata.name`,
        address: 'Instance/web',
        message: `\`name\` must match '${'a*'.repeat(60)}b', and '${'a'.repeat(63)}' does not`,
      },
    ],
  },
]);
