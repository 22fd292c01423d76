import { selects } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import { TallymanError } from '../domain/errors.js';
import type { PlanOptions } from '../flows/plan.js';
import type { CommandContext } from './command.js';
import { flags } from './flags.js';
import { declaredIn, type Selection } from './narrow.js';

/** What the flags say about the plan; paths become targets. */
export function planOptionsOf(
  { arguments: given }: CommandContext,
  desired: Desired,
  selection: Selection,
): PlanOptions {
  const targets = given.texts(flags.target).map(asSelector);
  const excludes = given.texts(flags.exclude).map(asSelector);
  if (targets.length > 0 && excludes.length > 0) throw notBoth('--target', '--exclude');
  if (targets.length > 0 && selection !== null) throw notBoth('--target', 'paths');
  for (const target of targets) assertDeclared(desired, target);
  return {
    targets: selection === null ? targets : targetsIn(desired, selection),
    excludes,
    prune: given.isOn(flags.prune),
    allow: given.someOf(flags.allow, ['delete', 'replace-system-disk', 'stop', 'unshare']),
    allowEmpty: given.isOn(flags.allowEmpty),
    maxRemovals: given.wholeNumber(flags.maxRemovals, 0) ?? null,
    retryRejected: given.isOn(flags.retryRejected),
    asOf: given.date(flags.asOf) ?? null,
  };
}

/** An address or a prefix of addresses; throws `input/flag`. */
export function asSelector(text: string): string {
  if (/^[A-Z][A-Za-z]+\/\S*$/.test(text)) return text;
  const hint = 'Write an address such as Instance/web, Instance/web/0, or a prefix that ends at `/`.';
  throw new TallymanError('input/flag', `'${text}' is not an address`, hint);
}

/** A typing mistake must not look like a plan without changes. A member may be one that is to be scaled away. */
function assertDeclared(desired: Desired, target: string): void {
  const declared = [...desired.imageCopies, ...desired.imageShares, ...desired.instances].map(({ address }) => address);
  if (declared.some((address) => selects(target, address) || target.startsWith(`${address}/`))) return;
  const hint = declared.length === 0 ? 'Leave it out.' : `Name one of ${declared.slice(0, 10).join(', ')}.`;
  throw new TallymanError('input/flag', `\`--target\` names '${target}', which no manifest declares`, hint);
}

/** No target means everything, so that files without a resource must never become an empty list. */
function targetsIn(desired: Desired, selection: ReadonlySet<string>): readonly string[] {
  const targets = declaredIn(desired, selection);
  if (targets.length > 0) return targets;
  const hint = 'Name files with an ImageCopy, an ImageShare or an Instance, or leave the paths out.';
  throw new TallymanError('input/no-manifest', 'the paths hold no resource to act on', hint);
}

function notBoth(one: string, other: string): TallymanError {
  return new TallymanError('input/flag', `${one} and ${other} exclude each other`, 'Leave one of the two out.');
}
