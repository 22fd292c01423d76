import type { Action } from '../domain/action.js';
import { type Address, compareAddresses } from '../domain/address.js';
import { canonicalJson, type Json } from '../domain/digest.js';
import type { Difference, DriftKind, DriftTrail, FieldDrift, LastWrite } from '../domain/drift.js';
import { leavesOf } from '../domain/leaves.js';
import type { ObservedState, Tags } from '../domain/observed.js';
import type { Fields, Notice, Plan, ResourceChange } from '../domain/plan.js';

/** What a plan cannot know of a difference's past. */
export interface PastFacts {
  readonly lastWrites: ReadonlyMap<Address, LastWrite>;
  /** When an account got access to an image, by `IMAGE ACCOUNT`; ISO 8601. */
  readonly sharedAt: ReadonlyMap<string, string>;
}

/**
 * What a run on an applied commit would do, told as what is not as it shall be: each change of the plan, what it only
 * notices, and work that was left half done. A pure function of what was planned and observed.
 */
export function differencesIn(plan: Plan, observed: ObservedState, past: PastFacts): readonly Difference[] {
  const world = new Seen(observed, past);
  const changes = plan.changes.flatMap((change) => fromChange(change, world));
  const told = new Set(changes.map(({ address, id }) => `${address} ${id ?? ''}`));
  const notices = plan.notices
    .flatMap((notice) => fromNotice(notice, world))
    .filter(({ address, id }) => !told.has(`${address} ${id ?? ''}`));
  const addresses = new Set([...changes, ...notices].map(({ address }) => address));
  const chores = choresIn(plan, addresses).flatMap(([address, actions]) => fromChores(address, actions, world));
  return [...changes, ...notices, ...chores].sort((a, b) => compareAddresses(a.address, b.address));
}

/** Reasons of a plan that clean up after ourselves, or go on with what a run began. */
const ownWork: ReadonlySet<string> = new Set(['hop_done', 'superseded', 'copy_failed', 'until_available', 'moved']);

function fromChange(change: ResourceChange, world: Seen): readonly Difference[] {
  const { verb, address, scope, id, reason } = change;
  if (verb === 'no-op') return [];
  const fields = verb === 'update' || verb === 'replace' ? fieldsOf(change) : [];
  const kind = kindOf(change);
  const trail = world.trail(address, id, operationsFor(change, kind, fields), sharedKey(change));
  return [{ kind, address, scope, id, fields, message: messageOf(change, kind, fields, reason), trail }];
}

function kindOf({ verb, reason }: ResourceChange): DriftKind {
  if (verb === 'read' || (reason !== null && ownWork.has(reason))) return 'unfinished';
  if (verb === 'create') return 'missing';
  return verb === 'delete' ? 'unexpected' : 'changed';
}

/** Of what is there the plan's before is what was found, and its after what is wanted. */
function fieldsOf({ before, after, afterUnknown }: ResourceChange): readonly FieldDrift[] {
  const found = leavesOf(before);
  const wanted = leavesOf(after);
  const unknown = new Set(afterUnknown);
  return [...new Set([...found.keys(), ...wanted.keys(), ...unknown])]
    .map((field): FieldDrift => {
      const later = unknown.has(field) ? 'another one, which is not made yet' : null;
      return { field, wanted: later ?? wanted.get(field) ?? null, found: found.get(field) ?? null };
    })
    .filter(({ wanted: a, found: b }) => canonicalJson(a) !== canonicalJson(b));
}

function messageOf(
  change: ResourceChange,
  kind: DriftKind,
  fields: readonly FieldDrift[],
  reason: string | null,
): string {
  const { address, id, type, before, after } = change;
  if (type === 'image_share') {
    const account = textIn(after ?? before, 'account_id');
    const image = textIn(after ?? before, 'image_id');
    return kind === 'missing'
      ? `account '${account}' has no access to '${image}', and ${address} gives it`
      : `account '${account}' has access to '${image}', and ${address} does not list it`;
  }
  if (kind === 'missing') return `there is no ${address}: it was deleted, or lost the tags that mark it`;
  if (kind === 'unexpected') return `'${id ?? ''}' is there as ${address}, and no manifest asks for it any more`;
  if (kind === 'unfinished') return `work at ${address} is not finished (${reason ?? 'it is on its way'})`;
  const named = fields.map(({ field, wanted, found }) => `\`${field}\` is ${shown(found)}, wanted ${shown(wanted)}`);
  return named.length === 0 ? `${address} differs (${reason ?? ''})` : `${address} differs: ${named.join('; ')}`;
}

function shown(value: Json): string {
  if (value === null) return 'absent';
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

/** Notices that tell of somebody else's hand, or of something that is not as wanted. */
const noticeKinds: Readonly<Record<Notice['kind'], DriftKind | null>> = {
  orphan: 'unexpected',
  clone: 'unexpected',
  stopped: 'changed',
  'left-stopped': 'changed',
  drift: 'changed',
  rejected: 'changed',
  busy: 'unfinished',
  suspended: null,
  kept: null,
};

const noticeOperations: Readonly<Record<Notice['kind'], readonly string[]>> = {
  orphan: ['CreateInstance', 'RunInstances', 'TagResources'],
  clone: ['RunInstances', 'TagResources'],
  stopped: ['StopInstance', 'StopInstances'],
  'left-stopped': ['StopInstance', 'StopInstances'],
  drift: ['ModifyImageAttribute', 'ModifyImageSharePermission'],
  rejected: [],
  busy: [],
  suspended: [],
  kept: [],
};

function fromNotice(notice: Notice, world: Seen): readonly Difference[] {
  const kind = noticeKinds[notice.kind];
  if (kind === null) return [];
  const { address, scope, id, message } = notice;
  const operations = isImage(id) ? imageOperations[notice.kind] : noticeOperations[notice.kind];
  const trail = world.trail(address, id, operations ?? [], `${id} ${address.slice(address.lastIndexOf('/') + 1)}`);
  return [{ kind, address, scope, id, message, fields: [], trail }];
}

const imageOperations: Readonly<Partial<Record<Notice['kind'], readonly string[]>>> = {
  orphan: ['CopyImage', 'CreateImage', 'TagResources'],
  clone: ['CopyImage', 'TagResources'],
  drift: ['ModifyImageAttribute', 'ModifyImageSharePermission'],
};

function isImage(id: string): boolean {
  return id.startsWith('m-');
}

/** Actions at addresses of which nothing else is told. */
function choresIn(plan: Plan, told: ReadonlySet<Address>): readonly (readonly [Address, readonly Action[]])[] {
  const byAddress = new Map<Address, Action[]>();
  for (const action of plan.actions) {
    if (told.has(action.address)) continue;
    // An account of a share stands below the address of a call for several.
    if ([...told].some((address) => address.startsWith(`${action.address}/`))) continue;
    byAddress.set(action.address, [...(byAddress.get(action.address) ?? []), action]);
  }
  return [...byAddress];
}

function fromChores(address: Address, actions: readonly Action[], world: Seen): readonly Difference[] {
  const [first] = actions;
  if (first === undefined) return [];
  const work = [...new Set(actions.map(({ kind, reason }) => `${kind} (${reason})`))].join(', ');
  return [
    {
      kind: 'unfinished',
      address,
      scope: first.scope,
      id: null,
      message: `${address} is left half done: ${work}`,
      fields: [],
      trail: world.trail(address, null, [], ''),
    },
  ];
}

/** Which operations write a field. Source: ECS API reference. */
const fieldOperations: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^image_id$|^system_disk[._]?(?:encrypted|kms_key_id)/, ['ReplaceSystemDisk']],
  [/^instance_type$/, ['ModifyInstanceSpec']],
  [/^security_group_ids$/, ['JoinSecurityGroup', 'LeaveSecurityGroup', 'ModifyInstanceAttribute']],
  [/^(?:instance_name|host_name|deletion_protection)$/, ['ModifyInstanceAttribute']],
  [/^metadata_options/, ['ModifyInstanceMetadataOptions']],
  [/^ram_role_name$/, ['AttachInstanceRamRole', 'DetachInstanceRamRole']],
  [/^system_disk.*size_gib/, ['ResizeDisk']],
  [/^system_disk.*(?:category|performance_level)/, ['ModifyDiskSpec']],
  [/auto_snapshot_policy/, ['ApplyAutoSnapshotPolicy', 'CancelAutoSnapshotPolicy']],
  [/^tags|^user_data/, ['TagResources', 'UntagResources']],
  [/^status$/, ['StopInstance', 'StopInstances']],
  [/^family$/, ['ModifyImageAttribute']],
];

function operationsFor({ type }: ResourceChange, kind: DriftKind, fields: readonly FieldDrift[]): readonly string[] {
  if (kind === 'unfinished') return [];
  if (type === 'image_share') return ['ModifyImageSharePermission'];
  const isInstance = type === 'instance';
  if (kind === 'missing') {
    return isInstance ? ['DeleteInstance', 'DeleteInstances', 'UntagResources'] : ['DeleteImage', 'UntagResources'];
  }
  if (kind === 'unexpected') return isInstance ? ['RunInstances', 'TagResources'] : ['CopyImage', 'TagResources'];
  return fields.flatMap(({ field }) => {
    if (field === 'description') return [isInstance ? 'ModifyInstanceAttribute' : 'ModifyImageAttribute'];
    return fieldOperations.find(([pattern]) => pattern.test(field))?.[1] ?? [];
  });
}

function sharedKey({ type, before }: ResourceChange): string {
  return type === 'image_share' ? `${textIn(before, 'image_id')} ${textIn(before, 'account_id')}` : '';
}

/** After these the age of the system disk says something. */
const diskOperations: ReadonlySet<string> = new Set(['ReplaceSystemDisk', 'ResizeDisk', 'ModifyDiskSpec']);

function textIn(fields: Fields | null, name: string): string {
  const value = fields?.[name];
  return typeof value === 'string' ? value : '';
}

/** Other tags that a fact names at most. */
const tagsShownMax = 5;

class Seen {
  constructor(
    readonly observed: ObservedState,
    readonly past: PastFacts,
  ) {}

  trail(address: Address, id: string | null, operations: readonly string[], shared: string): DriftTrail {
    const lastWrite = this.past.lastWrites.get(address) ?? null;
    const sharedAt = this.past.sharedAt.get(shared) ?? null;
    const ages = this.agesOf(id);
    const facts = [
      ...ages
        .slice(0, operations.some((operation) => diskOperations.has(operation)) ? 2 : 1)
        .map(([what, at]) => `${what} was created at ${at}`),
      ...(sharedAt === null ? [] : [`the account has had access since ${sharedAt}`]),
      ...(operations.includes('RunInstances') || operations.includes('CopyImage') ? this.foreignTags(id) : []),
    ];
    const known = [lastWrite?.at ?? null, sharedAt, ...this.since(ages, operations)].filter((at) => at !== null);
    const since = known.length === 0 ? null : known.reduce((a, b) => (Date.parse(a) >= Date.parse(b) ? a : b));
    return { operations: [...new Set(operations)].sort(), since, until: this.observed.takenAt, lastWrite, facts };
  }

  /** Of a machine, and of its system disk where that is another age. */
  private agesOf(id: string | null): readonly (readonly [string, string])[] {
    const image = this.observed.images.find(({ imageId }) => imageId === id);
    if (image !== undefined) return [[`'${image.imageId}'`, image.createdAt]];
    const instance = this.observed.instances.find(({ instanceId }) => instanceId === id);
    if (instance === undefined) return [];
    const disk = this.observed.disks.find(({ instanceId, type }) => instanceId === id && type === 'system');
    return [
      [`'${instance.instanceId}'`, instance.createdAt],
      ...(disk === undefined ? [] : [[`its system disk '${disk.diskId}'`, disk.createdAt] as const]),
    ];
  }

  /** Nothing happens to a thing before it is there; a new system disk is as old as the replacement. */
  private since(ages: readonly (readonly [string, string])[], operations: readonly string[]): readonly string[] {
    const [own, disk] = ages.map(([, at]) => at);
    const isReplaced = operations.includes('ReplaceSystemDisk');
    return [own, isReplaced ? disk : undefined].filter((at) => at !== undefined);
  }

  private foreignTags(id: string | null): readonly string[] {
    const { images, instances } = this.observed;
    const tags: Tags =
      instances.find(({ instanceId }) => instanceId === id)?.tags ??
      images.find(({ imageId }) => imageId === id)?.tags ??
      {};
    const keys = Object.keys(tags)
      .filter((key) => !key.startsWith('tallyman:'))
      .sort();
    if (keys.length === 0) return [];
    const more = keys.length > tagsShownMax ? ` and ${keys.length - tagsShownMax} more` : '';
    return [`it carries the tags ${keys.slice(0, tagsShownMax).join(', ')}${more}`];
  }
}
