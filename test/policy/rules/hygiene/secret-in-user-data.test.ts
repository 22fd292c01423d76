import { describe, expect, test } from 'vitest';
import { lint } from '../../../../src/flows/lint.js';
import { loadProject } from '../../../../src/flows/load-project.js';
import { check } from '../../../../src/policy/check.js';
import { renderLintJson } from '../../../../src/report/lint-json.js';
import { renderLintText } from '../../../../src/report/lint-text.js';
import { memoryFiles } from '../../../flows/memory-files.js';
import { edited, soundProject, type Texts } from '../../../flows/small-project.js';
import { aDesired, aLock, anInstance, today } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

/** Put together here, so that no scanner of repositories takes them for real ones. */
const keyId = `LTAI${'5tExample'.repeat(2)}22`;
const secret = 'aVery'.repeat(6);
const pem = `-----BEGIN ${['RSA', 'PRIVATE', 'KEY'].join(' ')}-----`;

const withData = (userData: string, userDataFile: string | null = null) => ({
  instances: [anInstance({ userData, userDataFile })],
});
const found = (what: string, length: number, line = 1) => ({
  at: 'manifests/web.yaml: spec.userData',
  address: 'Instance/web',
  severity: 'error' as const,
  message: `\`userData\` must not hold a secret: line ${line} of it has ${what}, ${length} characters long`,
});

describeRule('hygiene/secret-in-user-data', [
  { title: 'passes an instance without user data' },
  {
    title: 'passes a script that fetches what it needs',
    desired: withData('#!/bin/sh\naliyun sts GetCallerIdentity\n'),
  },
  {
    title: 'passes values that are filled in on the machine',
    desired: withData('export ACCESS_KEY_SECRET="$(cat /run/secret)"\naccessKeySecret: ${SECRET}\ntoken: $TOKEN\n'),
  },
  {
    title: 'passes words that only begin like a key',
    desired: withData('VOLTAIRE LTAI LTAIx notLTAI5tExample5tExample22'),
  },
  {
    title: 'finds an access key ID, and tells its line',
    desired: withData(`#!/bin/sh\nID=${keyId}\n`),
    finds: [found('an access key ID', keyId.length, 2)],
  },
  {
    title: 'finds the ID of a temporary key',
    desired: withData(`id: STS.${'N1'.repeat(12)}`),
    finds: [found('a temporary access key ID', 28)],
  },
  { title: 'finds a private key', desired: withData(`${pem}\nMIIE\n`), finds: [found('a private key', pem.length)] },
  ...[
    `AccessKeySecret=${secret}`,
    `accessKeySecret: "${secret}`,
    `"access_key_secret":"${secret}`,
    `ACCESS_KEY_SECRET = '${secret}`,
    `access-key-secret ${secret}`,
  ].map((text) => ({
    title: `finds a secret beside its name, as in ${text.replace(secret, '...')}`,
    desired: withData(`x${text}`.replace('x"', '"')),
    finds: [found('an access key secret', text.replace(/^"/, '').length)],
  })),
  {
    title: 'finds a session token',
    desired: withData(`SecurityToken=${'CAIS'.repeat(8)}`),
    finds: [found('a token', 46)],
  },
  {
    title: 'finds a token that is known by its beginning',
    desired: withData(`git clone https://ghp_${'a1'.repeat(18)}@example.com/x`),
    finds: [found('a token', 40)],
  },
  {
    title: 'says one of each kind, however many there are',
    desired: withData(`${keyId}\n${keyId}\nAccessKeySecret=${secret}\n`),
    finds: [found('an access key ID', keyId.length), found('an access key secret', 46, 3)],
  },
  {
    title: 'names the field that gives a file',
    desired: withData(keyId, 'scripts/web.sh'),
    finds: [
      {
        at: 'manifests/web.yaml: spec.userDataFile',
        address: 'Instance/web',
        message: `\`userDataFile\` must not hold a secret: line 1 of it has an access key ID, ${keyId.length} characters long`,
      },
    ],
  },
]);

describe('what was found', () => {
  const written: readonly (readonly [string, string])[] = [
    ['on the line of the field', `  userData: "ID=${keyId}"\n`],
    ['in a block', `  userData: |\n    #!/bin/sh\n    ID=${keyId}\n`],
    ['over several lines in quotes', `  userData: "#!/bin/sh\n    ID=${keyId}"\n`],
  ];

  const shown = async (texts: Texts) => {
    const project = await loadProject(memoryFiles(texts), { projectFile: 'tallyman.yaml' });
    const result = lint(project, { today });
    return { result, text: renderLintText(result, { isColored: false, showsWaived: true }) + renderLintJson(result) };
  };

  test.each(written)('is not shown where it stands %s', async (_, field) => {
    const texts = edited(soundProject, 'manifests/web.yaml', '  replicas: 2\n', `  replicas: 2\n${field}`);
    const { result, text } = await shown(texts);
    expect(result.diagnostics.map(({ ruleId }) => ruleId)).toContain('hygiene/secret-in-user-data');
    expect(text).toContain('an access key ID');
    expect(text).not.toContain(keyId);
  });

  test('is not shown by what is said about its neighbours on the line', async () => {
    const flow = `  dataDisks: [{category: cloud_essd, sizeGiB: 40}]\n`;
    const line = `${flow.trimEnd()}\n  userData: "ID=${keyId}"\n`;
    const text = edited(soundProject, 'manifests/web.yaml', '  replicas: 2\n', line);
    const oneLine = edited(text, 'manifests/web.yaml', /\nspec:\n[^]*/, '');
    const instance =
      'spec: {region: cn-hangzhou, placement: [{vSwitchId: vsw-1}], image: {imageCopy: web-base}, instanceType: x, ' +
      `securityGroupIds: [sg-1], systemDisk: {category: cloud_essd, sizeGiB: 40}, userData: "ID=${keyId}", wrong: 1}\n`;
    const { result, text: all } = await shown(edited(oneLine, 'manifests/web.yaml', /$/, `\n${instance}`));
    expect(result.diagnostics.length).toBeGreaterThan(0);
    expect(all).not.toContain(keyId);
  });
});

test('answers at once whatever the text is', () => {
  const nasty = ['-----BEGIN ', 'access_key_secret ', 'eyJaaaaaaaa.x', 'eyJ', 'LTAI', 'STS.a', 'x-token:    '];
  const instances = nasty.map((piece, index) => {
    return anInstance({ name: `web-${index}`, userData: piece.repeat(Math.floor((32 * 1024) / piece.length)) });
  });
  const subject = { desired: aDesired({ instances }), lock: aLock(), policies: [], waivers: [], today } as const;
  const { findings } = check({ ...subject, observed: null, plan: null, stage: 'lint' });
  const found = findings.filter(({ ruleId }) => ruleId === 'hygiene/secret-in-user-data');
  expect(found.map(({ value }) => value)).toEqual(['an access key secret, 35 characters']);
});
