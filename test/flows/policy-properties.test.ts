import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Address, resourceOf } from '../../src/domain/address.js';
import { TallymanError } from '../../src/domain/errors.js';
import { type Finding, findingKey, type Severity } from '../../src/domain/finding.js';
import type { PlanResult } from '../../src/domain/result.js';
import { apply } from '../../src/flows/apply.js';
import { besideBase, type JudgedProject } from '../../src/flows/base.js';
import { lint } from '../../src/flows/lint.js';
import type { PlanOptions } from '../../src/flows/plan.js';
import { applySeverity } from '../../src/policy/check.js';
import { rules } from '../../src/policy/rules/index.js';
import { resolveLock } from '../../src/resolve/resolve-lock.js';
import { parseDocuments } from '../../src/manifest/parse-documents.js';
import {
  aLock,
  anImageCopy,
  anInstance,
  anObservedImage,
  anObservedState,
  aDesired,
  aPolicy,
  aProject,
  aWaiver,
  nowMs,
  today,
} from '../support/build.js';
import { read, sourceText } from '../support/manifests.js';
import { defects, Draft } from './defects.js';
import { stateReader } from './state-reader.js';

/** One drawn project: which rules it breaks, how strict its Policies are, what is waived, and what a run is narrowed to. */
interface Drawn {
  readonly broken: readonly string[];
  readonly severities: Readonly<Record<string, Severity | 'off'>>;
  readonly waived: readonly string[];
  readonly target: string | null;
}

const seed = 20260115;
const projects = 1000;

const waivable = rules.filter(({ isWaivable }) => isWaivable).map(({ id }) => id);
const ruleIds = Object.keys(defects);
/** These make the input unusable, so that nothing else would be judged: drawn alone. */
const fatal = ['manifest/policy', 'trust/owner-required'];
const quiet = ruleIds.filter((id) => !fatal.includes(id));
/** A severity for a rule that needs parameters would ask for them. */
const plain = waivable.filter((id) => !/^(region|lifecycle|hygiene)|key-allowed/.test(id));

const drawn: fc.Arbitrary<Drawn> = fc.record({
  broken: fc.oneof(
    { weight: 7, arbitrary: fc.subarray(quiet, { maxLength: 8 }) },
    { weight: 1, arbitrary: fc.constantFrom(...fatal).map((id) => [id]) },
  ),
  severities: fc.dictionary(
    fc.constantFrom(...plain),
    fc.constantFrom<Severity | 'off'>('error', 'warning', 'info', 'off'),
    { maxKeys: 3 },
  ),
  waived: fc.subarray(waivable, { maxLength: 4 }),
  target: fc.option(fc.constantFrom('Instance/web', 'ImageCopy/', 'Instance/', 'ImageShare/'), { freq: 3 }),
});

function draftOf({ broken }: Drawn): Draft {
  const draft = new Draft();
  draft.source('golden');
  draft.copies.push(anImageCopy());
  draft.instances.push(anInstance());
  for (const id of broken) defects[id]?.(draft);
  return draft;
}

function projectOf(draft: Draft, { severities, waived }: Drawn): JudgedProject {
  if (draft.lacksOwner) return read({ manifest: sourceText.replace('owner: "1600000000000001", ', '') });
  const desired = aDesired({
    imageSources: draft.sources,
    imageCopies: draft.copies,
    imageShares: draft.shares,
    instances: draft.instances,
  });
  const addresses = [...draft.sources, ...draft.copies, ...draft.shares, ...draft.instances].map(
    ({ address }) => address,
  );
  const waivers = waived.map((rule) => aWaiver({ name: `for-${rule.replace('/', '-')}`, rule, resources: addresses }));
  const own = aPolicy(draft.rules);
  const second = aPolicy(Object.fromEntries(Object.entries(severities).map(([id, severity]) => [id, { severity }])), {
    name: 'second',
    extends: [],
  });
  const head: JudgedProject = {
    desired,
    project: desired.project,
    defaults: { account: null, region: null, tags: {}, resourceGroupId: null },
    lock: aLock(...draft.entries),
    policies: [own, second],
    waivers: [...waivers, ...draft.waivers],
    findings: [],
    sources: [],
    parse: parseDocuments,
    inputs: {},
    documents: 1,
    environment: null,
    filesNamed: [],
    placed: (finding) => finding,
  };
  if (!draft.isLoosened) return head;
  const before = {
    ...head,
    project: desired.project,
    policies: [aPolicy({ ...draft.rules, 'trust/copy-before-use': { severity: 'error' } }), second],
  };
  return besideBase(head, { ref: 'main', read: before });
}

const options: PlanOptions = {
  targets: [],
  excludes: [],
  prune: false,
  allow: ['delete', 'replace-system-disk', 'stop', 'unshare'],
  allowEmpty: true,
  maxRemovals: 100,
  retryRejected: false,
  asOf: today,
};

/** Applies, with an approval for plans that must not be applied. Null where the input is not usable. */
async function run(
  draft: Draft,
  project: JudgedProject,
  targets: readonly string[],
): Promise<{ result: PlanResult; writes: number } | null> {
  const writes: string[] = [];
  const observed = anObservedState({
    images: draft.images,
    instances: draft.machines,
    disks: draft.disks,
    keys: draft.keys,
    shares: draft.liveShares,
  });
  const writer = new Proxy(
    {},
    {
      get: (_, operation) => () => {
        writes.push(String(operation));
        throw new Error('nothing may be written');
      },
    },
  );
  const ports = {
    cloud: stateReader(aProject(), observed),
    clock: { now: () => nowMs, sleep: () => Promise.resolve(), speed: 1 },
    commit: null,
    toolVersion: '0.0.0',
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every method of it counts and throws
    writer: writer as Parameters<typeof apply>[0]['writer'],
    audit: null,
    progress: () => undefined,
    planned: () => Promise.resolve(),
    // Agrees to nothing but what must not be applied: what is written then is written against policy.
    approve: (plan: PlanResult) => Promise.resolve(!plan.isApplyable),
    interrupt: { reason: null, onInterrupt: () => undefined },
    prober: { probe: () => Promise.resolve(null) },
    pace: { turn: () => Promise.resolve(), refused: () => undefined },
  };
  const applying = {
    ...options,
    targets,
    savedPlan: null,
    planMaxAgeMs: 1,
    planDigest: null,
    noWait: false,
    parallelism: 1,
  };
  try {
    const applied = await apply(ports, project, applying);
    return { result: applied.plan, writes: writes.length };
  } catch (error) {
    if (error instanceof TallymanError && error.code === 'input/invalid') return null;
    throw error;
  }
}

function errorsOf(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity, waiver }) => severity === 'error' && waiver === null);
}

/** What an action leans on: its resource, and what that is made from. */
function lineageOf(project: JudgedProject, resource: Address): readonly Address[] {
  const { desired } = project;
  const instance = desired?.instances.find(({ address }) => address === resource);
  const copyName = instance?.image.kind === 'imageCopy' ? `ImageCopy/${instance.image.name}` : resource;
  const copy = desired?.imageCopies.find(({ address }) => address === copyName);
  const source = instance?.image.kind === 'imageSource' ? instance.image.name : copy?.source;
  return [
    resource,
    ...(copy === undefined ? [] : [copy.address]),
    ...(source === undefined ? [] : [`ImageSource/${source}`]),
  ];
}

function ambiguous(project: JudgedProject): readonly Finding[] {
  const { desired, policies, waivers, lock } = project;
  if (desired === null) return [];
  const candidates = ['m-1', 'm-2'].map((imageId) => anObservedImage({ imageId, createdAt: '2026-01-01T00:00:00Z' }));
  const { findings } = resolveLock({ desired, previous: lock, candidates, now: nowMs, only: 'golden' });
  return applySeverity(findings, { desired, policies, waivers, today });
}

test('policy cannot be passed by', { timeout: 120_000 }, async () => {
  const fired = new Map<string, number>();
  let withError = 0;
  let applyable = 0;
  const property = fc.asyncProperty(drawn, async (each) => {
    const draft = draftOf(each);
    const project = projectOf(draft, each);
    const linted = lint(project, { today });
    const whole = await run(draft, project, []);
    const planned = whole?.result.diagnostics ?? linted.diagnostics;
    const found = [...planned, ...(draft.isAmbiguous ? ambiguous(project) : [])];
    for (const id of new Set(found.map(({ ruleId }) => ruleId))) fired.set(id, (fired.get(id) ?? 0) + 1);
    if (errorsOf(found).length > 0) withError += 1;

    const keys = new Set(planned.map(findingKey));
    expect(linted.diagnostics.filter((finding) => !keys.has(findingKey(finding)))).toEqual([]);
    if (whole === null) return;
    expect(whole.writes).toBe(0);
    expect(whole.result.isApplyable && errorsOf(planned).length > 0).toBe(false);

    if (each.target === null || draft.isLoosened) return;
    const narrowed = await run(draft, project, [each.target]);
    expect(narrowed?.writes).toBe(0);
    if (narrowed?.result.isApplyable !== true) return;
    applyable += 1;
    const forbidden = new Set(errorsOf(planned).map(({ address }) => resourceOf(address ?? '')));
    const touched = narrowed.result.plan.actions.flatMap(({ address }) => lineageOf(project, resourceOf(address)));
    expect(touched.filter((address) => forbidden.has(address))).toEqual([]);
  });
  await fc.assert(property, { seed, numRuns: projects });

  const counts = rules.map(({ id }) => [id, fired.get(id) ?? 0] as const);
  console.info(
    `${projects} projects, ${withError} with an error, ${applyable} narrowed and applyable; fired:\n${counts.map(([id, count]) => `  ${count} ${id}`).join('\n')}`,
  );
  expect(withError).toBeGreaterThanOrEqual(projects / 3);
  expect(applyable).toBeGreaterThan(0);
  expect(counts.filter(([, count]) => count < 50)).toEqual([]);
});

test('there is a way to break every rule', () => {
  expect(ruleIds.toSorted()).toEqual(rules.map(({ id }) => id).toSorted());
});
