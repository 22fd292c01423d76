import type { StatusResult } from '../domain/result.js';
import { renderJson } from './json.js';

export function renderStatusJson(result: StatusResult): string {
  return renderJson({
    format_version: '1.0',
    timestamp: result.timestamp,
    project: { name: result.project.name, id: result.project.id, environment: result.project.environment },
    api_calls: result.apiCalls,
    members: result.members.map((member) => ({
      address: member.address,
      account: member.scope.account,
      region: member.scope.region,
      id: member.id,
      state: member.state,
      condition: member.condition,
      reason: member.reason,
      image_id: member.imageId,
      wanted_image_id: member.wantedImageId,
      created_at: member.createdAt,
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
    })),
  });
}
