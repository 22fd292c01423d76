import type { Condition, StatusResult } from '../domain/result.js';
import { renderJson } from './json.js';

export function renderStatusJson(result: StatusResult): string {
  return renderJson({
    format_version: '1.0',
    timestamp: result.timestamp,
    project: { name: result.project.name, id: result.project.id, environment: result.project.environment },
    api_calls: result.apiCalls,
    resources: result.resources.map(({ address, members, ready, condition, reason, isSuspended }) => ({
      address,
      members,
      ready,
      suspended: isSuspended,
      conditions: conditionsOf(condition, reason),
    })),
    members: result.members.map((member) => ({
      address: member.address,
      account: member.scope.account,
      region: member.scope.region,
      id: member.id,
      state: member.state,
      condition: member.condition,
      reason: member.reason,
      conditions: conditionsOf(member.condition, member.reason),
      image_id: member.imageId,
      wanted_image_id: member.wantedImageId,
      created_at: member.createdAt,
      size_gib: member.sizeGiB,
      rollout:
        member.rollout === null
          ? null
          : {
              updating_to: member.rollout.updatingTo,
              since: member.rollout.since,
              previous: member.rollout.previous,
              rejected: member.rollout.rejected,
            },
      duplicates: member.duplicates,
      notes: member.notes,
    })),
    others: result.others.map((other) => ({
      address: other.address,
      account: other.scope.account,
      region: other.scope.region,
      id: other.id,
      kind: other.kind,
      size_gib: other.sizeGiB,
      created_at: other.createdAt,
      kept_by: other.keptBy,
    })),
  });
}

const conditionTypes: readonly Condition[] = ['Ready', 'Progressing', 'Drifted', 'Blocked'];

/** One of them is true, and its reason is why the others are not. */
function conditionsOf(condition: Condition, reason: string) {
  return conditionTypes.map((type) => ({ type, status: type === condition ? 'True' : 'False', reason }));
}
