import { type ReadProject, readProject } from '../../src/manifest/read-project.js';
import { parseDocuments } from '../../src/manifest/parse-documents.js';

const project = `\
apiVersion: tallyman.dev/v1
kind: Project
metadata: {name: web-platform}
spec:
  id: k3v9x2ab
  accounts:
    - {name: images, uid: "1600000000000001"}
    - {name: prod, uid: "1600000000000002"}
  regions: [cn-hangzhou, ap-southeast-1]
  defaults: {account: prod, region: cn-hangzhou}
  manifests: ["manifests/*.yaml"]
  policies: ["policies/*.yaml"]
  approvers: [security-team]
`;

/** An image of the account `images` and a copy of it in prod. */
export const manifest = `\
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: golden}
spec: {owner: images, family: golden}
---
apiVersion: tallyman.dev/v1
kind: ImageCopy
metadata: {name: web-base}
spec:
  source: {imageSource: golden}
  encrypted: true
  destinations: [{region: cn-hangzhou}]
`;

/** A small project as it is read from its files. */
export function aReadProject(texts: { manifest?: string; policy?: string; lock?: string } = {}): ReadProject {
  const lockFile = 'tallyman.lock.yaml';
  return readProject(
    {
      project: { file: 'tallyman.yaml', text: project },
      manifests: [{ file: 'manifests/web.yaml', text: texts.manifest ?? manifest }],
      policies: texts.policy === undefined ? [] : [{ file: 'policies/baseline.yaml', text: texts.policy }],
      lock: texts.lock === undefined ? null : { file: lockFile, text: texts.lock },
      lockFile,
    },
    { parse: parseDocuments },
  );
}
