import { type Address, resourceOf, selects } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import type { Difference, DriftEntry, DriftKind, DriftResult, DriftTrail, LastWrite } from '../domain/drift.js';
import { compareDiagnostics, type Diagnostic, type Finding } from '../domain/finding.js';
import type { Scope } from '../domain/observed.js';
import { child, type FieldPath, type Origin } from '../domain/origin.js';
import type { PlanResult } from '../domain/result.js';
import { diagnose } from '../manifest/locate.js';
import { counting } from '../observe/counting.js';
import { listByNumber } from '../observe/pages.js';
import { differencesIn } from '../plan/drift.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import type { JudgedProject } from './base.js';
import { type DetailedPlan, type PlanPorts, planInDetail } from './plan.js';

export interface DriftOptions {
  /** Addresses, or prefixes that end at `/`, that are left out in this run. */
  readonly ignore: readonly string[];
  /** Only what these resources are about; null: everything. */
  readonly only: ReadonlySet<Address> | null;
  /** `YYYY-MM-DD` or ISO 8601; null = the clock's now. */
  readonly asOf: string | null;
  /** From an audit log; empty where none was given. */
  readonly lastWrites: ReadonlyMap<Address, LastWrite>;
}

/** Rules that speak of live facts which the lock or a manifest pins: somebody else changed them. */
const liveRules: ReadonlySet<string> = new Set([
  'lifecycle/duplicate',
  'manifest/create-only',
  'trust/fingerprint',
  'trust/image-unavailable',
  'trust/owner-mismatch',
  'trust/share-source-disappeared',
]);

/** What is not as an applied commit left it, and where to look for who did it. Has nothing to write with. */
export async function drift(ports: PlanPorts, project: JudgedProject, options: DriftOptions): Promise<DriftResult> {
  const { reader, counts } = counting(ports.cloud);
  const detailed = await planInDetail({ ...ports, cloud: reader }, project, { ...planOptions, asOf: options.asOf });
  const { result, desired, observed } = detailed;
  const sharedAt = await sharingTimes(reader, detailed);
  const { lastWrites } = options;
  const differences = differencesIn(result.plan, observed, { lastWrites, sharedAt });
  const isReported = (address: Address | null): boolean =>
    options.only === null || (address !== null && options.only.has(resourceOf(address)));
  const isIgnored = (address: Address | null): boolean =>
    address !== null && options.ignore.some((selector) => selects(selector, address));
  const entries = [
    ...differences.map((difference) => placed(difference, desired, project)),
    ...result.diagnostics.filter(isLive).map((diagnostic) => fromFinding(diagnostic, result, lastWrites)),
  ].filter(({ address }) => isReported(address));
  const told = new Set(entries.map(({ address }) => address));
  return {
    project: result.project,
    timestamp: result.timestamp,
    commit: result.commit,
    entries: entries
      .filter(({ address }) => !isIgnored(address))
      .sort((a, b) => compareDiagnostics(a.diagnostic, b.diagnostic)),
    unchanged: result.plan.changes
      .filter(({ verb, address }) => verb === 'no-op' && isReported(address) && !told.has(address))
      .map(({ address }) => address),
    ignored: [...new Set(entries.map(({ address }) => address).filter(isIgnored))],
    apiCalls: counts(),
    files: result.check.files,
    rules: result.check.rules,
  };
}

/** Everything is looked at, nothing is allowed, and nothing is going to be done. */
const planOptions = {
  targets: [],
  excludes: [],
  prune: false,
  allow: [],
  allowEmpty: true,
  maxRemovals: null,
  retryRejected: false,
} as const;

function isLive({ ruleId, waiver, severity }: Diagnostic): boolean {
  return liveRules.has(ruleId) && waiver === null && severity !== 'info';
}

/** Since when accounts have access that they should not have: only asked where there are some. */
async function sharingTimes(cloud: CloudReader, { result }: DetailedPlan): Promise<ReadonlyMap<string, string>> {
  const asked = new Map<string, { readonly scope: Scope; readonly imageId: string }>();
  const add = (scope: Scope, imageId: unknown): void => {
    if (typeof imageId === 'string' && imageId !== '') asked.set(`${scope.region} ${imageId}`, { scope, imageId });
  };
  for (const { type, verb, scope, before } of result.plan.changes) {
    if (type === 'image_share' && verb === 'delete') add(scope, before?.['image_id']);
  }
  for (const { kind, scope, id, address } of result.plan.notices) {
    if (kind === 'drift' && address.startsWith('ImageShare/')) add(scope, id);
  }
  const times = new Map<string, string>();
  for (const { scope, imageId } of asked.values()) {
    await listByNumber<string>(
      `accounts that '${imageId}' is shared with`,
      (uid) => uid,
      async (pageNumber) => {
        const page = await cloud.describeImageShares(scope, { imageId, pageNumber });
        for (const [uid, at] of page.sharedAt) times.set(`${imageId} ${uid}`, at);
        return page;
      },
    );
  }
  return times;
}

function fromFinding(
  diagnostic: Diagnostic,
  { timestamp }: PlanResult,
  lastWrites: ReadonlyMap<Address, LastWrite>,
): DriftEntry {
  const { message, address } = diagnostic;
  const lastWrite = (address === null ? undefined : lastWrites.get(address)) ?? null;
  const trail = { operations: [], since: lastWrite?.at ?? null, until: timestamp, lastWrite, facts: [] };
  return { kind: 'finding', address: address ?? '', scope: null, id: null, message, fields: [], trail, diagnostic };
}

const severities = {
  changed: 'error',
  missing: 'error',
  unexpected: 'warning',
  unfinished: 'warning',
  finding: 'error',
} as const satisfies Readonly<Record<DriftKind, Finding['severity']>>;

function placed(difference: Difference, desired: Desired, project: JudgedProject): DriftEntry {
  const { kind, address, message, fields, id, trail } = difference;
  const finding: Finding = {
    ruleId: `drift/${kind}`,
    severity: severities[kind],
    message,
    hint: whereToLook(difference, trail),
    at: originOf(difference, desired),
    address,
    value: fields.map(({ field, found }) => `${field}=${JSON.stringify(found)}`).join(' ') || (id ?? ''),
    waiver: null,
    decidedBy: null,
    isInputError: false,
  };
  const [diagnostic] = diagnose([project.placed(finding)], project);
  if (diagnostic === undefined) throw new Error('a finding has one diagnostic');
  return { ...difference, diagnostic };
}

/** Sentences for people; what is not known is left out. */
function whereToLook({ id, scope }: Difference, trail: DriftTrail): string {
  const { operations, since, until, lastWrite, facts } = trail;
  const lines = facts.map((fact) => `${fact.slice(0, 1).toUpperCase()}${fact.slice(1)}.`);
  if (lastWrite !== null) {
    const request = lastWrite.requestId === null ? '' : `, request ${lastWrite.requestId}`;
    lines.push(`Last written by tallyman at ${lastWrite.at}: ${lastWrite.operation}${request}.`);
  }
  if (operations.length > 0 && scope !== null) {
    const about = id ?? lastWrite?.id ?? null;
    const thing = about === null ? '' : ` on '${about}'`;
    const time = since === null ? `before ${until}` : `between ${since} and ${until}`;
    lines.push(
      `Look in ActionTrail of account '${scope.account}' in ${scope.region} for ${operations.join(', ')}${thing} ${time}.`,
    );
  }
  return lines.join('\n');
}

const name: FieldPath = ['metadata', 'name'];

/** The field that differs, where it is one; else the resource; null for what no manifest declares. */
function originOf({ address, fields, scope }: Difference, desired: Desired): Origin | null {
  const resource = resourceOf(address);
  const [field] = fields;
  const path = field === undefined || fields.length > 1 ? name : fieldPathOf(field.field);
  const instance = desired.instances.find((one) => one.address === resource);
  if (instance !== undefined) return child(instance.origin, ...path);
  const copy = desired.imageCopies.find((one) => one.address === resource);
  if (copy !== undefined) {
    const destination = copy.destinations.find(({ region }) => region === scope?.region);
    return path === name && destination !== undefined ? destination.origin : child(copy.origin, ...path);
  }
  const share = desired.imageShares.find((one) => one.address === resource);
  const uid = address.slice(address.lastIndexOf('/') + 1);
  return share === undefined
    ? null
    : (share.with.find((one) => one.uid === uid)?.origin ?? child(share.origin, 'spec', 'with'));
}

/** `system_disk.size_gib` or `system_disk_size_gib` as the manifest writes it. */
function fieldPathOf(field: string): FieldPath {
  if (field === 'image_id') return ['spec', 'image'];
  if (field === 'status') return ['spec', 'power'];
  const disk = /^system_disk[._](.*)$/.exec(field);
  if (disk !== null) return ['spec', 'systemDisk', camelCase(disk[1] ?? '')];
  const [first = '', ...rest] = field.split('.');
  return ['spec', camelCase(first), ...rest.map((part) => (first === 'tags' ? part : camelCase(part)))];
}

function camelCase(name: string): string {
  const camel = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return camel.replace(/Gib$/, 'GiB').replace(/^vswitch/, 'vSwitch');
}
