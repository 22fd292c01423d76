import { type JudgedProject, besideBase, loadBase } from '../../src/flows/base.js';
import { lint } from '../../src/flows/lint.js';
import { loadProject } from '../../src/flows/load-project.js';
import type { Diagnostic } from '../../src/domain/finding.js';
import { renderLock } from '../../src/resolve/render-lock.js';
import { aLockEntry, today } from '../support/build.js';
import { memoryFiles } from './memory-files.js';

export type Texts = Readonly<Record<string, string>>;

/** An image of the account `images`, a copy of it in prod, and two machines on the copy. Nothing is wrong with it. */
export const soundProject: Texts = {
  'tallyman.yaml': `\
apiVersion: tallyman.dev/v1
kind: Project
metadata: {name: web-platform}
spec:
  id: k3v9x2ab
  accounts:
    - {name: images, uid: "1600000000000001", credentials: {profile: images}}
    - {name: prod, uid: "1600000000000002", credentials: {roleArn: "acs:ram::1600000000000002:role/tallyman", sessionName: ci}}
  regions: [cn-hangzhou, ap-southeast-1]
  defaults: {account: prod, region: cn-hangzhou}
  manifests: ["manifests/*.yaml"]
  policies: ["policies/*.yaml"]
  approvers: [security-team]
  safety: {prune: false, allow: [replace-system-disk], maxRemovals: 2}
`,
  'manifests/images.yaml': `\
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: golden}
spec: {owner: "1600000000000007", family: golden}
---
apiVersion: tallyman.dev/v1
kind: ImageCopy
metadata: {name: web-base}
spec:
  source: {imageSource: golden}
  encrypted: true
  destinations: [{region: cn-hangzhou}]
`,
  'manifests/web.yaml': `\
apiVersion: tallyman.dev/v1
kind: Instance
metadata: {name: web}
spec:
  placement: [{vSwitchId: vsw-web}]
  replicas: 2
  image: {imageCopy: web-base}
  instanceType: ecs.g7.large
  securityGroupIds: [sg-web]
  systemDisk: {category: cloud_essd, sizeGiB: 40, encrypted: true}
`,
  'policies/baseline.yaml': `\
apiVersion: tallyman.dev/v1
kind: Policy
metadata: {name: baseline}
spec:
  extends: [recommended]
  rules:
    trust/trusted-owner:
      severity: error
      owners: [{uid: "1600000000000007", reason: "our image factory", families: [golden], until: "2027-12-31"}]
    trust/copy-before-use: {severity: error}
    encryption/required: {severity: error}
`,
};

/** With a lock that pins every source, unless one is given. */
export async function load(texts: Texts): Promise<JudgedProject> {
  const files = memoryFiles(texts);
  const read = await loadProject(files, { projectFile: 'tallyman.yaml' });
  if (texts['tallyman.lock.yaml'] !== undefined || read.desired === null) return read;
  const entries = read.desired.imageSources.flatMap((source) =>
    source.regions.map((region) =>
      aLockEntry({
        source: source.name,
        region,
        selector: source.selectorDigest,
        owner: source.owner?.kind === 'account' ? source.owner.uid : 'system',
      }),
    ),
  );
  const lock = renderLock({ file: 'tallyman.lock.yaml', entries }, 'web-platform');
  return loadProject(memoryFiles({ ...texts, 'tallyman.lock.yaml': lock }), { projectFile: 'tallyman.yaml' });
}

/** The change as it is judged beside its base; null: the base has no project. */
export async function loadBeside(base: Texts | null, head: Texts): Promise<JudgedProject> {
  const locked = base === null ? {} : { ...base, 'tallyman.lock.yaml': lockText(await load(base)) };
  return besideBase(await load(head), await loadBase(memoryFiles(locked), 'main', 'tallyman.yaml'));
}

function lockText({ sources }: JudgedProject): string {
  return sources.find(({ file }) => file === 'tallyman.lock.yaml')?.text ?? '';
}

export interface LintCase {
  readonly base: Texts | null;
  readonly head: Texts;
  readonly asOf?: string;
}

/** `LINE SEVERITY RULE MESSAGE` of everything that is not waived. */
export async function lintBeside({ base, head, asOf = today }: LintCase): Promise<readonly string[]> {
  const { diagnostics } = lint(await loadBeside(base, head), { today: asOf });
  return diagnostics.filter(({ waiver }) => waiver === null).map(told);
}

export function told({ range, severity, ruleId, message }: Diagnostic): string {
  return `${range === null ? '-' : `${range.file}:${range.start.line}`} ${severity} ${ruleId} ${message}`;
}

/** The project with a passage of one file replaced; the passage must be there. */
export function edited(texts: Texts, file: string, from: string | RegExp, to: string): Texts {
  const before = texts[file] ?? '';
  const after = before.replace(from, to);
  if (after === before) throw new Error(`'${String(from)}' is not in ${file}`);
  return { ...texts, [file]: after };
}

export function added(texts: Texts, file: string, text: string): Texts {
  return { ...texts, [file]: text };
}

export function aWaiverText(
  changes: { resources?: string; expires?: string; rule?: string; approvedBy?: string } = {},
): string {
  const {
    resources = 'Instance/web',
    expires = '2026-06-30',
    rule = 'encryption/required',
    approvedBy = 'security-team',
  } = changes;
  return `\
apiVersion: tallyman.dev/v1
kind: Waiver
metadata: {name: for-now}
spec:
  rule: ${rule}
  resources: [${resources}]
  reason: the key is ordered, ticket 4711
  approvedBy: ${approvedBy}
  expires: "${expires}"
`;
}
