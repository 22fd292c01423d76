import { type ErrorSpec, refuse } from '../../rpc/api-error.js';
import { list, type Parameter, required, text } from '../../rpc/parameters.js';
import type { Row, Tags } from '../../world/state.js';
import type { Table, World } from '../../world/world.js';
import type { AccessRequest, Call } from '../operation.js';

/** Kinds of resources whose tags the emulator keeps. */
export type TaggedKind = 'image' | 'instance' | 'disk' | 'snapshot';

export interface TaggedRow extends Row {
  readonly tags: Tags;
  readonly resourceGroupId: string;
}

const resourcesPerCallMax = 50;

/** Kinds that the service can tag and the emulator cannot. */
const otherKinds: readonly string[] = [
  'securitygroup',
  'volume',
  'eni',
  'ddh',
  'ddhcluster',
  'keypair',
  'launchtemplate',
  'reservedinstance',
  'snapshotpolicy',
  'elasticityassurance',
  'capacityreservation',
  'command',
  'invocation',
  'activation',
  'managedinstance',
];

const missing = (what: string): ErrorSpec => ({ status: 404, code: `MissingParameter.${what}` });

export const regionOfTags: Parameter<string> = required(text(), missing('RegionId'));

export const taggedKind: Parameter<TaggedKind> = {
  read(name, raw) {
    const kind = required(text(), missing('ResourceType')).read(name, raw);
    if (kind === 'image' || kind === 'instance' || kind === 'disk' || kind === 'snapshot') return kind;
    if (otherKinds.includes(kind)) {
      refuse(403, 'InvalidResourceId.NotSupported', `The emulator keeps no tags of resources of type ${kind}.`);
    }
    return refuse(404, 'InvalidResourceType.NotFound', `The resource type ${kind} does not exist.`);
  },
};

/** `ResourceId.N`, each once. */
export const resourceIds: Parameter<readonly string[]> = {
  read(name, raw) {
    const ids = list(text(), { max: resourcesPerCallMax, error: { status: 400, code: 'NumberExceed.ResourceIds' } });
    return [...new Set(ids.read(name, raw))];
  },
};

export const mandatoryResourceIds: Parameter<readonly string[]> = {
  read(name, raw) {
    const ids = resourceIds.read(name, raw);
    if (ids.length > 0) return ids;
    return refuse(404, 'MissingParameter.ResourceIds', 'The parameter ResourceId.N is mandatory.');
  },
};

export function tableOf(world: World, kind: TaggedKind): Table<TaggedRow> {
  const tables = {
    image: world.images,
    instance: world.instances,
    disk: world.disks,
    snapshot: world.snapshots,
  } satisfies Record<TaggedKind, Table<TaggedRow>>;
  return tables[kind];
}

/** The caller's own resources of one region; the first that is not one stops the call before anything is changed. */
export function taggedRows(kind: TaggedKind, ids: readonly string[], call: Call): readonly TaggedRow[] {
  const table = tableOf(call.world, kind);
  return ids.map((id) => {
    const row = table.get(id);
    if (row?.account === call.caller.uid && row.region === call.regionId) return row;
    const isForeignShare = kind === 'image' && call.world.images.get(id)?.sharedWith[call.caller.uid] !== undefined;
    if (isForeignShare && call.world.settings.switch('shareeTaggingCode') === 'NoPermission.Tag') {
      refuse(403, 'NoPermission.Tag', `The image ${id} belongs to another account.`);
    }
    return refuse(404, 'InvalidResourceId.NotFound', `The resource ${id} does not exist.`);
  });
}

export function accessToResources(
  { ResourceType, ResourceId }: { readonly ResourceType: TaggedKind; readonly ResourceId: readonly string[] },
  { regionId, caller }: Call,
): AccessRequest {
  const ids = ResourceId.length > 0 ? ResourceId : ['*'];
  return { resources: ids.map((id) => `acs:ecs:${regionId}:${caller.uid}:${ResourceType}/${id}`) };
}
