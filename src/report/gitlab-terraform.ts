import type { PlanResult } from '../domain/result.js';
import { renderJson } from './json.js';

/** What GitLab's merge request widget shows of a plan. It knows no replacement: that is one of each. */
export function renderGitlabTerraform({ document }: PlanResult): string {
  const { create, update, replace, delete: deleted, adopt } = document.summary;
  return renderJson({ create: create + replace, update: update + adopt, delete: deleted + replace });
}
