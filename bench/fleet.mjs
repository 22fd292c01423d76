import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const regions = ['cn-hangzhou', 'cn-shanghai', 'ap-southeast-1'];
export const uid = '1600000000000002';

/** A project of `count` documents, 100 to a file: instances but one in ten, which is a copy. Returns its files. */
export function writeProject(directory, count) {
  mkdirSync(join(directory, 'manifests'), { recursive: true });
  writeFileSync(join(directory, 'tallyman.yaml'), projectText(regions));
  const files = [];
  for (let first = 0; first < count; first += 100) {
    const numbers = Array.from({ length: Math.min(100, count - first) }, (_, index) => first + index);
    const file = join(directory, `manifests/fleet-${first}.yaml`);
    writeFileSync(file, numbers.map(documentText).join('---\n'));
    files.push(file);
  }
  return files;
}

export function projectText(in_) {
  return `apiVersion: tallyman.dev/v1
kind: Project
metadata: {name: bench}
spec:
  id: k3v9x2ab
  accounts: [{name: prod, uid: "${uid}"}]
  regions: [${in_.join(', ')}]
  defaults: {account: prod, region: cn-hangzhou}
  manifests: ["manifests/**/*.yaml"]
`;
}

function documentText(number) {
  if (number === 0) return sourceText;
  return number % 10 === 1 ? copyText(number) : instanceText(number);
}

const sourceText = `apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: base}
spec: {region: cn-hangzhou, owner: self, family: base}
`;

function copyText(number) {
  return `apiVersion: tallyman.dev/v1
kind: ImageCopy
metadata:
  name: copy-${number}
  labels: {tier: web}
spec:
  source: {imageSource: base}
  encrypted: true
  destinations:
    - {region: cn-shanghai, kmsKeyId: key-shanghai}
`;
}

function instanceText(number) {
  return `apiVersion: tallyman.dev/v1
kind: Instance
metadata:
  name: web-${number}
  labels: {tier: web, shard: "${number}"}
spec:
  region: cn-shanghai
  replicas: 2
  placement:
    - {zone: cn-shanghai-b, vSwitchId: vsw-web-b}
    - {zone: cn-shanghai-g, vSwitchId: vsw-web-g}
  image:
    imageCopy: copy-${Math.floor(number / 10) * 10 + 1}
  instanceType: ecs.g7.large
  securityGroupIds: [sg-web]
  systemDisk:
    category: cloud_essd
    sizeGiB: 40
    encrypted: true
    kmsKeyId: key-shanghai
  update: {onImageChange: ReplaceSystemDisk, maxUnavailable: 1, onFailure: Halt}
`;
}

/** A scenario in which the project of `writeFleet` has everything that it wants: `count` members, all its own. */
export function fleetScenario(count, settings = {}) {
  const instances = Array.from({ length: count }, (_, index) => {
    const region = regions[index % regions.length];
    const group = Math.floor(index / regions.length / 500);
    const ordinal = Math.floor(index / regions.length) % 500;
    const id = `i-bench${String(index).padStart(6, '0')}`;
    const address = `Instance/web-${region}-${group}/${ordinal}`;
    const tags = { 'tallyman:project': 'bench.k3v9x2ab', 'tallyman:resource': address, 'tallyman:id': id };
    const name = `web-${region}-${group}-${ordinal}`;
    return {
      id,
      account: 'prod',
      region,
      imageId: `m-base-${region}`,
      name,
      instanceType: 'ecs.g7.large',
      tags,
      disks: [{ type: 'system', category: 'cloud_essd', sizeGiB: 40, tags }],
    };
  });
  return {
    apiVersion: 'tallyman.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'bench' },
    spec: {
      clock: { start: '2026-01-01T00:00:00Z', speed: 1 },
      accounts: [{ name: 'prod', uid, accessKeys: [{ id: 'EMULATORPROD', secret: 'emulator' }] }],
      images: regions.map((region) => ({
        id: `m-base-${region}`,
        account: 'prod',
        region,
        name: 'base',
        family: 'base',
        sizeGiB: 40,
        createdAt: '2025-12-20T00:00:00Z',
      })),
      instances,
      rateLimits: { default: { perSecond: 100_000 } },
      ...settings,
    },
  };
}

/** The manifests of `fleetScenario(count)`. */
export function writeFleet(directory, count) {
  mkdirSync(join(directory, 'manifests'), { recursive: true });
  writeFileSync(join(directory, 'tallyman.yaml'), projectText(regions));
  const documents = regions.flatMap((region, index) => {
    const members = Math.ceil((count - index) / regions.length);
    return [
      `apiVersion: tallyman.dev/v1\nkind: ImageSource\nmetadata: {name: base-${region}}\nspec: {region: ${region}, owner: self, family: base}\n`,
      ...Array.from({ length: Math.ceil(members / 500) }, (_, group) => groupText(region, group, members)),
    ];
  });
  writeFileSync(join(directory, 'manifests/fleet.yaml'), documents.join('---\n'));
}

function groupText(region, group, members) {
  return `apiVersion: tallyman.dev/v1
kind: Instance
metadata: {name: web-${region}-${group}}
spec:
  region: ${region}
  replicas: ${Math.min(500, members - group * 500)}
  placement: [{zone: ${region}-h, vSwitchId: vsw-default}]
  image: {imageSource: base-${region}}
  instanceType: ecs.g7.large
  securityGroupIds: [sg-default]
  systemDisk: {category: cloud_essd, sizeGiB: 40}
`;
}
