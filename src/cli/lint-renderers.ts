import type { LintResult } from '../domain/result.js';
import type { Renderers } from './outputs.js';

export function lintRenderers(result: LintResult, options: { readonly showsWaived: boolean }): Renderers {
  return {
    text: async ({ isColored }) => {
      const { renderLintText } = await import('../report/lint-text.js');
      return renderLintText(result, { ...options, isColored });
    },
    json: async () => {
      const { renderLintJson } = await import('../report/lint-json.js');
      return renderLintJson(result);
    },
  };
}
