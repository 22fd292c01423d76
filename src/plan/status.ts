import { type Address, resourceOf } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import type { Lock } from '../domain/lock.js';
import type { ObservedState } from '../domain/observed.js';
import type { Condition, MemberStatus, ResourceStatus, StatusResult } from '../domain/result.js';
import { planningContext } from './context.js';
import { makePlan } from './make-plan.js';
import { memberStatuses } from './member-status.js';
import { withMoves } from './moves.js';
import { otherThings } from './other-status.js';

/** Nothing of it is carried out: status says what a plan would do, in other words. */
const options = { retryRejected: false, prune: false };

/** What is there, beside what manifests and lock ask for. Resources without members are there too. */
export function statusOf(
  desired: Desired,
  lock: Lock,
  observed: ObservedState,
  nowMs: number,
): Pick<StatusResult, 'resources' | 'members' | 'others'> {
  const context = planningContext(desired, lock, withMoves(desired, observed).observed, nowMs, options);
  const plan = makePlan(desired, lock, observed, nowMs, options);
  const members = memberStatuses(context, plan);
  return { resources: resourceStatuses(desired, members), members, others: otherThings(context, plan) };
}

/** The worst first. */
const severity: readonly Condition[] = ['Blocked', 'Progressing', 'Drifted', 'Ready'];

/** In the order of the manifests' kinds, each as bad as its worst member. */
function resourceStatuses(desired: Desired, members: readonly MemberStatus[]): readonly ResourceStatus[] {
  const byResource = new Map<Address, MemberStatus[]>();
  for (const member of members) {
    const resource = resourceOf(member.address);
    const list = byResource.get(resource);
    if (list === undefined) byResource.set(resource, [member]);
    else list.push(member);
  }
  return [...desired.imageCopies, ...desired.imageShares, ...desired.instances].map(({ address, suspend }) => {
    const own = byResource.get(address) ?? [];
    const worst = severity.flatMap((condition) => own.filter((member) => member.condition === condition))[0];
    const nothing = suspend ? unheard : idle;
    const { condition, reason } = worst ?? nothing;
    const ready = own.filter((member) => member.condition === 'Ready').length;
    return { address, members: own.length, ready, condition, reason, isSuspended: suspend };
  });
}

const idle = { condition: 'Ready', reason: 'NoMembers' } as const;
const unheard = { condition: 'Blocked', reason: 'Suspended' } as const;
