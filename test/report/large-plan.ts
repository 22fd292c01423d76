import { copyAddress, instanceAddress } from '../../src/domain/address.js';
import type { Lineage, LineageNode } from '../../src/domain/lineage-graph.js';
import type { ResourceChange } from '../../src/domain/plan.js';
import type { PlanResult } from '../../src/domain/result.js';
import { aChange, aCopyAction, aDiagnostic, aPlanResult, aReplaceAction, aReplacement } from './build.js';

const regions = ['cn-hangzhou', 'cn-beijing', 'ap-southeast-1', 'eu-central-1', 'us-west-1'];
/** Members of one Instance. */
const replicas = 24;

export function aNode(given: Partial<LineageNode> & Pick<LineageNode, 'key' | 'role'>): LineageNode {
  return {
    address: null,
    imageId: null,
    imageName: null,
    account: 'prod',
    owner: null,
    region: 'cn-hangzhou',
    encrypted: true,
    kmsKeyId: null,
    members: 1,
    sharees: null,
    change: 'no-op',
    ...given,
  };
}

/**
 * A fleet in five regions that gets a new image, with so many changes: a copy for each region and each twentieth
 * Instance, and the members of Instances, half of them moved onto the copies and some made anew or taken away.
 */
export function aLargePlan(changesAmount: number): PlanResult {
  const changes: ResourceChange[] = [];
  const nodes: LineageNode[] = [];
  const edges: (readonly [string, string])[] = [];
  for (let resource = 0; changes.length < changesAmount; resource += 1) {
    const region = regions[resource % regions.length] ?? '';
    const scope = { account: resource % 3 === 0 ? 'stage' : 'prod', region };
    const family = Math.floor(resource / 20);
    const source = `ImageSource/golden-${family} cn-hangzhou`;
    const copy = copyAddress(`base-${family}`, region);
    if (!nodes.some(({ key }) => key === source)) {
      const address = `ImageSource/golden-${family}`;
      const image = { imageId: `m-golden-${family}`, imageName: `golden-v${family}`, owner: '1600000000000001' };
      nodes.push(aNode({ key: source, role: 'source', address, ...image, change: 'read' }));
    }
    if (!nodes.some(({ key }) => key === copy)) {
      const after = { image_name: `base-${family}-0a1b2c3d4e5f`, region, encrypted: true, size_gib: 40 };
      changes.push(aChange({ address: copy, scope, after }));
      nodes.push(aNode({ key: copy, role: 'copy', address: copy, ...scope, change: 'copy' }));
      edges.push([source, copy]);
    }
    const kind = resource % 10 === 9 ? 'delete' : resource % 4 === 3 ? 'create' : 'replace';
    const members = Math.min(replicas, changesAmount - changes.length);
    const address = `Instance/web-${resource}`;
    const key = `${address} ${kind}`;
    for (let ordinal = 0; ordinal < members; ordinal += 1) {
      const id = `i-bp1${resource.toString(36).padStart(4, '0')}${ordinal.toString(36).padStart(12, 'x')}`;
      const at = { address: instanceAddress(`web-${resource}`, ordinal), scope };
      changes.push(memberChange(kind, id, at, ordinal, members));
    }
    if (members > 0) {
      nodes.push(aNode({ key, role: 'instance', address, ...scope, members, change: kind }));
      edges.push([copy, key]);
    }
  }
  const diagnostics = Array.from({ length: Math.min(40, Math.ceil(changesAmount / 50)) }, (_, index) =>
    aDiagnostic({
      key: index.toString(16).padStart(32, '0'),
      ruleId: index % 2 === 0 ? 'trust/image-age' : 'encryption/required',
      severity: index % 3 === 0 ? 'info' : 'warning',
      address: `Instance/web-${index}`,
      range: {
        file: `manifests/web-${index}.yaml`,
        start: { line: 14, column: 18 },
        end: { line: 14, column: 24 },
      },
    }),
  );
  const lineage: Lineage = { nodes, edges };
  return aPlanResult({
    plan: { actions: [aCopyAction(), aReplaceAction()], changes },
    lineage,
    diagnostics,
    check: {
      errors: 0,
      warnings: diagnostics.filter(({ severity }) => severity === 'warning').length,
      infos: diagnostics.filter(({ severity }) => severity === 'info').length,
      waived: 0,
      skipped: 0,
      files: 40,
      rules: 30,
    },
  });
}

function memberChange(
  kind: 'create' | 'delete' | 'replace',
  id: string,
  at: Pick<ResourceChange, 'address' | 'scope'>,
  ordinal: number,
  members: number,
): ResourceChange {
  if (kind === 'replace') {
    return aReplacement({ ...at, id, wave: { number: ordinal + 1, of: members }, before: { image_id: 'm-old1' } });
  }
  if (kind === 'delete') {
    return aReplacement({
      ...at,
      id,
      verb: 'delete',
      class: 'delete',
      reason: 'scaled_down',
      wave: null,
      after: null,
      afterUnknown: [],
    });
  }
  return aReplacement({
    ...at,
    id: null,
    verb: 'create',
    class: null,
    wave: null,
    reason: 'not_found',
    before: null,
    after: {
      instance_name: `${at.address.split('/')[1] ?? ''}-${ordinal}`,
      instance_type: 'ecs.g7.large',
      region: at.scope.region,
      zone_id: `${at.scope.region}-${ordinal % 2 === 0 ? 'h' : 'i'}`,
      vswitch_id: `vsw-${ordinal % 2}`,
      security_group_ids: ['sg-web'],
      system_disk: { category: 'cloud_essd', size_gib: 40, encrypted: true, kms_key_id: 'key-prod' },
      tags: { team: 'web', tier: 'front' },
    },
    afterUnknown: ['instance_id', 'image_id'],
  });
}
