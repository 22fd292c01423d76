import { diagnose } from '../../src/manifest/locate.js';
import { type ReadProject, readProject } from '../../src/manifest/read-project.js';
import { parseDocuments } from '../../src/manifest/parse-documents.js';

export const projectText = `\
apiVersion: tallyman.dev/v1
kind: Project
metadata: {name: web-platform}
spec:
  id: k3v9x2ab
  accounts:
    - {name: images, uid: "1600000000000001", credentials: {profile: images}}
    - {name: prod, uid: "1600000000000002", credentials: {roleArn: "acs:ram::1600000000000002:role/tallyman", sessionName: ci}}
  regions: [cn-hangzhou, ap-southeast-1]
  defaults: {account: prod, region: cn-hangzhou, tags: {team: web}}
  approvers: [security-team]
  safety: {prune: false, allow: [replace-system-disk], maxRemovals: 10}
`;

export const sourceText = `\
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: golden}
spec: {account: prod, region: cn-hangzhou, owner: "1600000000000001", family: golden}
`;

export const copyText = `\
apiVersion: tallyman.dev/v1
kind: ImageCopy
metadata: {name: web-base, labels: {tier: web}}
spec:
  account: prod
  source: {imageSource: golden}
  encrypted: true
  destinations:
    - {region: cn-hangzhou, kmsKeyId: key-hangzhou}
    - {region: ap-southeast-1, kmsKeyId: key-singapore}
  history: 1
`;

export const instanceText = `\
apiVersion: tallyman.dev/v1
kind: Instance
metadata: {name: web, labels: {tier: web}}
spec:
  account: prod
  region: cn-hangzhou
  placement: [{zone: cn-hangzhou-h, vSwitchId: vsw-web-h}, {zone: cn-hangzhou-i, vSwitchId: vsw-web-i}]
  replicas: 3
  image: {imageCopy: web-base}
  instanceType: ecs.g7.large
  securityGroupIds: [sg-web]
  systemDisk: {category: cloud_essd, sizeGiB: 40, encrypted: true, kmsKeyId: key-hangzhou}
  update: {onImageChange: ReplaceSystemDisk, maxUnavailable: 1, health: {instanceStatus: {}}, onFailure: Halt}
`;

export const policyText = `\
apiVersion: tallyman.dev/v1
kind: Policy
metadata: {name: baseline}
spec:
  extends: [recommended]
  rules:
    trust/trusted-owner:
      severity: error
      owners: [{uid: "1600000000000001", reason: "our image factory", regions: [cn-hangzhou]}]
    trust/image-age: {severity: warning, maxDays: 90}
`;

export const waiverText = `\
apiVersion: tallyman.dev/v1
kind: Waiver
metadata: {name: legacy-plain-disk}
spec:
  rule: encryption/required
  resources: [Instance/legacy]
  reason: "disk is migrated in the March window, ticket 4711"
  approvedBy: security-team
  expires: "2027-03-31"
`;

const digest = `sha256:${'0'.repeat(64)}`;

export const lockText = `\
apiVersion: tallyman.dev/v1
kind: Lock
metadata: {name: web-platform}
spec:
  entries:
    - source: golden
      region: cn-hangzhou
      selector: ${digest}
      imageId: m-golden1
      owner: "1600000000000001"
      name: golden-v1
      createdAt: "2025-12-01T00:00:00Z"
      sizeGiB: 40
      encrypted: unknown
      disks: [{device: /dev/xvda, type: system, sizeGiB: 40, snapshotId: "", encrypted: unknown}]
      fingerprint: ${digest}
`;

export interface Texts {
  readonly project?: string;
  readonly manifest?: string;
  readonly policy?: string;
  readonly lock?: string;
}

/** A project as it is read from up to one file of each sort. */
export function read(texts: Texts): ReadProject {
  const source = (file: string, text: string | undefined) => (text === undefined ? [] : [{ file, text }]);
  const lockFile = 'tallyman.lock.yaml';
  return readProject(
    {
      project: { file: 'tallyman.yaml', text: texts.project ?? projectText },
      manifests: source('manifests/web.yaml', texts.manifest),
      policies: source('policies/baseline.yaml', texts.policy),
      lock: source(lockFile, texts.lock)[0] ?? null,
      lockFile,
    },
    { parse: parseDocuments },
  );
}

/** The documents of one file. */
export function file(...documents: readonly string[]): string {
  return documents.join('---\n');
}

/** Each finding as `LINE:COLUMN RULE: message`. */
export function complaints(project: ReadProject): readonly string[] {
  return diagnose(project.findings, project).map(
    ({ range, ruleId, message }) => `${range?.start.line}:${range?.start.column} ${ruleId}: ${message}`,
  );
}

/** Each finding as the rule and what is underlined. */
export function underlined(project: ReadProject): readonly string[] {
  return diagnose(project.findings, project).map(({ range, ruleId, excerpt }) => {
    const isOneLine = range?.start.line === range?.end.line;
    const end = isOneLine ? (range?.end.column ?? 1) - 1 : undefined;
    return `${ruleId} ${excerpt?.slice((range?.start.column ?? 1) - 1, end)}`;
  });
}
