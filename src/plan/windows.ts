import { type Address, resourceOf } from '../domain/address.js';
import type { Desired, Labels } from '../domain/desired.js';
import type { Plan, Refusal } from '../domain/plan.js';
import { isOpenAt, opensAt, type Window, windowMatches } from '../domain/window.js';

/**
 * What would be written now and may not be: each thing by the windows that match it. Waiting writes nothing. What no
 * manifest declares any more has its kind and its place, and no labels.
 */
export function windowRefusals(
  plan: Plan,
  desired: Desired,
  windows: readonly Window[],
  nowMs: number,
): readonly Refusal[] {
  if (windows.length === 0) return [];
  const labels = labelsByResource(desired);
  const closed = new Map<string, Set<Address>>();
  // Most things are matched by the same windows, and looking for an opening may take long.
  const whenByWindows = new Map<string, string>();
  for (const action of plan.actions) {
    if (action.kind === 'Wait') continue;
    const resource = resourceOf(action.address);
    const thing = { kind: resource.split('/')[0] ?? '', labels: labels.get(resource) ?? {}, ...action.scope };
    const matching = windows.filter((window) => windowMatches(window, thing));
    const key = matching.map((window) => windows.indexOf(window)).join(' ');
    const when = whenByWindows.get(key) ?? openingOf(matching, nowMs);
    whenByWindows.set(key, when);
    if (when === 'open') continue;
    closed.set(when, (closed.get(when) ?? new Set()).add(action.address));
  }
  return [...closed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([when, addresses]) => refusal(when, [...addresses]));
}

/** `open`, or when it opens: ISO 8601, '' where that is not in sight. */
function openingOf(windows: readonly Window[], nowMs: number): string {
  if (isOpenAt(windows, nowMs)) return 'open';
  const opens = opensAt(windows, nowMs);
  return opens === null ? '' : new Date(opens).toISOString();
}

function labelsByResource(desired: Desired): ReadonlyMap<Address, Labels> {
  const resources = [...desired.imageCopies, ...desired.imageShares, ...desired.instances];
  return new Map(resources.map(({ address, labels }) => [address, labels]));
}

/** `when`: ISO 8601, or '' where no opening is in sight. */
function refusal(when: string, addresses: readonly Address[]): Refusal {
  const opens = when === '' ? 'no window opens' : `the next window opens at ${when}`;
  return {
    reason: 'window-closed',
    class: null,
    addresses,
    summary: `outside the project's windows: ${opens}`,
    hint: 'Apply then, or now with --override-window REASON, which the audit log keeps.',
  };
}
