import { resourceOf } from '../domain/address.js';
import type { Desired, Project } from '../domain/desired.js';
import { compareDiagnostics, type Diagnostic, type Finding, findingKey } from '../domain/finding.js';
import type { Policy, Waiver } from '../domain/policy.js';
import type { AuditResult } from '../domain/result.js';
import { observeAccounts } from '../observe/observe-accounts.js';
import { check } from '../policy/check.js';
import { noOverrides, type RuleOverrides } from '../policy/overrides.js';
import { asFindings } from '../policy/remarks.js';
import type { AnyRule } from '../policy/rule.js';
import { shareSourceDisappeared } from '../policy/rules/trust/share-source-disappeared.js';
import type { Clock } from '../ports/clock.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import { runningOwners } from '../transcribe/running-owners.js';
import { transcribe, type Transcript } from '../transcribe/transcribe.js';
import { countFindings } from './count-findings.js';

export interface AuditPorts {
  readonly cloud: CloudReader;
  readonly clock: Pick<Clock, 'now'>;
}

/** Under which law, and where: in every region of the project. */
export interface AuditSubject {
  readonly project: Project;
  /** Names of the project's accounts that are looked at; what belongs to the others is trusted all the same. */
  readonly accounts: readonly string[];
  readonly policies: readonly Policy[];
  readonly waivers: readonly Waiver[];
}

export interface AuditOptions {
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
  readonly overrides?: RuleOverrides;
}

/**
 * The rules over everything that the accounts hold, owned or not. A read that fails, is denied or is incomplete throws:
 * what could not be seen is never passed.
 */
export async function audit(
  { cloud, clock }: AuditPorts,
  { project, accounts, policies, waivers }: AuditSubject,
  { today, overrides = noOverrides }: AuditOptions,
): Promise<AuditResult> {
  const chosen = project.accounts.filter(({ name }) => accounts.includes(name));
  const nowMs = clock.now();
  const observed = await observeAccounts(cloud, emptyProject({ ...project, accounts: chosen }), nowMs);
  const transcript = transcribe(project, observed);
  const { desired, lock } = transcript;
  const subject = { desired, policies, waivers, today, overrides: besideWaivers(overrides) };
  const checked = check({ ...subject, lock, observed, plan: null, stage: 'plan', asks });
  const gone = asFindings(shareSourceDisappeared, transcript.unseen.map(lostImage), subject);
  const findings = [...checked.findings, ...gone].filter(isAboutFacts).map((finding) => told(finding, transcript));
  const diagnostics = [...new Map(findings.map(asDiagnostic).map((each) => [each.key, each])).values()];
  return {
    diagnostics: diagnostics.sort(compareDiagnostics),
    summary: { ...countFindings(diagnostics), skipped: checked.skipped, rules: checked.rules, files: 0 },
    scopes: observed.scopes,
    instances: observed.instances.length,
    images: observed.images.length,
    owners: runningOwners(project, observed, diagnostics),
    nowMs,
    apiCalls: observed.apiCalls,
  };
}

function emptyProject(project: Project): Desired {
  return { project, environment: null, imageSources: [], imageCopies: [], imageShares: [], instances: [] };
}

/**
 * Rules that have nothing to say about what exists: they ask what a manifest names, writes or leaves out, or what the
 * service would refuse if it were asked to make what is there already.
 */
const aboutManifests: ReadonlySet<string> = new Set([
  'encryption/key-region',
  'encryption/no-plain-from-encrypted',
  'encryption/share-service-key',
  'encryption/shared-encrypted-image',
  'hygiene/naming',
  'hygiene/policy-loosened',
  'hygiene/secret-in-user-data',
  'hygiene/waiver',
  'lifecycle/duplicate',
  'lifecycle/prepaid',
  'lifecycle/system-disk-replaced',
  'lifecycle/unshare-impact',
  'manifest/create-only',
  'manifest/image-size',
  'manifest/policy',
  'region/image-region',
  'region/shared-copy-region',
  'trust/ambiguous-source',
  'trust/fingerprint',
  'trust/owner-mismatch',
  'trust/owner-required',
  'trust/password-inherit',
  'trust/unlocked-source',
]);

/** Whether Waivers are in order is what lint says. */
function besideWaivers(overrides: RuleOverrides): RuleOverrides {
  return new Map([...overrides, ['hygiene/waiver', 'off'] as const]);
}

function asks(rule: AnyRule): boolean {
  return !aboutManifests.has(rule.id);
}

/** The service does not show with which key an image is encrypted, so nothing can be said about it. */
function isAboutFacts({ ruleId, address }: Finding): boolean {
  return ruleId !== 'encryption/key-allowed' || address?.startsWith('ImageCopy/') !== true;
}

function lostImage({ instance, imageId }: Transcript['unseen'][number]) {
  return {
    at: instance.origin,
    address: instance.address,
    message: `image '${imageId}' is gone or no longer shared: nobody can tell whose it was`,
    hint: 'Find out where it came from, and move the instance onto an own copy of an image that is known.',
    value: imageId,
  };
}

/** Instances that a message names; more are counted. */
const shownInstancesMax = 5;

/** By the ID of the thing, and for an image with the instances that run it: they are what the answer is about. */
function told(finding: Finding, { runningOn }: Transcript): Finding {
  const address = finding.address === null ? null : resourceOf(finding.address);
  const running = runningOn.get(address ?? '') ?? [];
  if (running.length === 0) return { ...finding, address };
  const shown = running.slice(0, shownInstancesMax).join(', ');
  const more = running.length > shownInstancesMax ? ` and ${running.length - shownInstancesMax} more` : '';
  return { ...finding, address, message: `${finding.message}; run by ${shown}${more}` };
}

/** The field that would hold it stays part of the key, though there is no file to show. */
function asDiagnostic(finding: Finding): Diagnostic {
  return { ...finding, at: null, key: findingKey(finding), range: null, excerpt: null };
}
