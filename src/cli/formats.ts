import type { ImportResult } from '../domain/imported.js';
import type { PolicyTestResult } from '../domain/policy-test.js';
import type { PlanResult, StatusResult } from '../domain/result.js';
import type {
  ApplyReport,
  AuditReport,
  CheckReport,
  DriftReport,
  LintReport,
  PlanReport,
} from '../report/check-report.js';
import type { TextOptions } from '../report/paint.js';
import type { UpdateReport } from '../report/update-markdown.js';

/** One result as text: a pure function, so that the same result gives the same bytes. */
export type Render<Report> = (report: Report, options: TextOptions) => string;

/** Every format that a result can have, by name, the default first. Each is loaded when it is asked for. */
export type Formats<Report> = Readonly<Record<string, () => Promise<Render<Report>>>>;

/** What any check can be shown as, beside text and JSON. */
const checkFormats = {
  sarif: async () => (await import('../report/sarif.js')).renderSarif,
  junit: async () => (await import('../report/junit.js')).renderCheckJunit,
  github: async () => (await import('../report/github.js')).renderGithub,
  gitlab: async () => (await import('../report/gitlab.js')).renderGitlab,
} satisfies Formats<CheckReport>;

export const lintFormats: Formats<LintReport> = {
  text: async () => {
    const { renderLintText } = await import('../report/lint-text.js');
    return ({ result, showsWaived }, options) => renderLintText(result, { ...options, showsWaived });
  },
  json: async () => {
    const { renderLintJson } = await import('../report/lint-json.js');
    return ({ result, diagnostics }) => renderLintJson({ ...result, diagnostics });
  },
  ...checkFormats,
  markdown: async () => (await import('../report/lint-markdown.js')).renderLintMarkdown,
  html: async () => (await import('../report/html/pages.js')).renderCheckHtml,
};

export const auditFormats: Formats<AuditReport> = {
  ...checkFormats,
  text: async () => (await import('../report/audit-text.js')).renderAuditText,
  json: async () => (await import('../report/audit-json.js')).renderAuditJson,
  markdown: async () => (await import('../report/audit-markdown.js')).renderAuditMarkdown,
  html: async () => (await import('../report/html/audit-page.js')).renderAuditHtml,
};

export const policyTestFormats: Formats<PolicyTestResult> = {
  text: async () => (await import('../report/policy-test-text.js')).renderPolicyTestText,
  json: async () => (await import('../report/policy-test-json.js')).renderPolicyTestJson,
  junit: async () => (await import('../report/policy-test-junit.js')).renderPolicyTestJunit,
};

export const planFormats: Formats<PlanReport> = {
  text: async () => {
    const { renderPlanText } = await import('../report/plan-text.js');
    return ({ result, showsUnchanged, next }, options) => renderPlanText(result, { ...options, showsUnchanged, next });
  },
  json: async () => {
    const { renderJson } = await import('../report/json.js');
    return ({ result }) => renderJson(result.document);
  },
  ...checkFormats,
  markdown: async () => (await import('../report/plan-markdown.js')).renderPlanMarkdown,
  html: async () => (await import('../report/html/pages.js')).renderPlanHtml,
  'gitlab-terraform': async () => {
    const { renderGitlabTerraform } = await import('../report/gitlab-terraform.js');
    return ({ result }) => renderGitlabTerraform(result);
  },
};

export const driftFormats: Formats<DriftReport> = {
  text: async () => (await import('../report/drift-text.js')).renderDriftText,
  json: async () => {
    const { renderDriftJson } = await import('../report/drift-json.js');
    return ({ result }) => renderDriftJson(result);
  },
  ...checkFormats,
  markdown: async () => (await import('../report/drift-markdown.js')).renderDriftMarkdown,
  html: async () => (await import('../report/html/drift-page.js')).renderDriftHtml,
};

export const applyFormats: Formats<ApplyReport> = {
  text: async () => {
    const { renderApplyText } = await import('../report/apply-text.js');
    return ({ result, typed }, options) => renderApplyText(result, { ...options, command: typed });
  },
  json: async () => {
    const { renderApplyJson } = await import('../report/apply-json.js');
    return ({ result }) => renderApplyJson(result);
  },
  // Told while it happens: nothing is left to be drawn.
  jsonl: () => Promise.resolve(({ lines }) => lines),
  junit: async () => (await import('../report/junit.js')).renderApplyJunit,
  markdown: async () => (await import('../report/apply-markdown.js')).renderApplyMarkdown,
  html: async () => (await import('../report/html/pages.js')).renderApplyHtml,
};

/** What manifests that cannot be used are shown as, whatever command was asked for. */
export const unusableFormats: Formats<LintReport> = {
  ...lintFormats,
  jsonl: async () => (await import('../report/apply-jsonl.js')).renderUnusableJsonl,
};

/** The lineage alone, as the plan sees it. */
export const graphFormats: Formats<PlanResult> = {
  mermaid: async () => (await import('../report/graph.js')).renderMermaid,
  dot: async () => (await import('../report/graph.js')).renderDot,
  svg: async () => (await import('../report/graph-svg.js')).renderGraphSvg,
  json: async () => (await import('../report/graph.js')).renderGraphJson,
};

export const statusFormats: Formats<StatusResult> = {
  text: async () => (await import('../report/status-text.js')).renderStatusText,
  wide: async () => (await import('../report/status-text.js')).renderStatusWide,
  json: async () => (await import('../report/status-json.js')).renderStatusJson,
  html: async () => (await import('../report/html/status-page.js')).renderStatusHtml,
};

export const updateFormats: Formats<UpdateReport> = {
  text: async () => {
    const { renderUpdateText } = await import('../report/update-text.js');
    return ({ result, nowMs }, options) => renderUpdateText(result, { ...options, nowMs });
  },
  json: async () => {
    const { renderUpdateJson } = await import('../report/update-json.js');
    return ({ result }) => renderUpdateJson(result);
  },
  markdown: async () => (await import('../report/update-markdown.js')).renderUpdateMarkdown,
};

export const importFormats: Formats<ImportResult> = {
  text: async () => (await import('../report/import-text.js')).renderImportText,
  json: async () => (await import('../report/import-json.js')).renderImportJson,
};
