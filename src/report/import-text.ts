import type { ImportResult } from '../domain/imported.js';
import { diagnosticText } from './diagnostic-text.js';
import { createPaint, type TextOptions } from './paint.js';
import { sanitise } from './sanitise.js';
import { count } from './words.js';

/** The manifests themselves where nothing was written, else what was written where. */
export function renderImportText({ files, lock, instances }: ImportResult): string {
  if (files.length === 0) return '';
  if (files.every(({ path }) => path === null)) return files.map(({ text }) => text).join('---\n');
  const lines = files.map(
    ({ path, documents }) => `Wrote ${sanitise(path ?? '')}: ${count(documents.length, 'document')}.`,
  );
  if (lock.isWritten) lines.push(`Wrote ${sanitise(lock.path)}: ${count(lock.added.length, 'pin')} added.`);
  const adopts = instances === 0 ? [] : [`Next: \`tallyman plan\` shows ${count(instances, 'instance')} to adopt.`];
  return `${[...lines, ...adopts].join('\n')}\n`;
}

/** What a reader has to know beside the manifests: what is not in them and why, and what lint will say. */
export function importRemarks(result: ImportResult, options: TextOptions): string {
  const paint = createPaint(options.isColored);
  const { skipped, notes, diagnostics, files, lock, projectText } = result;
  const isTooMuch = files.length > 1 && files.every(({ path }) => path === null);
  const isPrinted = files.some(({ path }) => path === null);
  const counting = diagnostics.filter(({ waiver }) => waiver === null);
  const errors = counting.filter(({ severity }) => severity === 'error');
  const warnings = counting.filter(({ severity }) => severity === 'warning');
  const sections = [
    projectText === null
      ? ''
      : `There is no project here. These manifests need one; as tallyman.yaml, for example:\n\n${indented(projectText)}`,
    files.length === 0 ? 'There is nothing to import.\n' : '',
    section(
      `${count(skipped.length, 'thing')} skipped:`,
      skipped.map(({ kind, id, scope, message }) => {
        const place = scope === null ? '' : ` (${scope.account}, ${scope.region})`;
        return `${kind} ${id}${place}: ${message}`;
      }),
    ),
    section(
      'Not as it is:',
      notes.map(({ id, message }) => `of ${id}: ${message}`),
    ),
    errors.length + warnings.length === 0
      ? ''
      : `Lint has ${count(errors.length, 'error')} and ${count(warnings.length, 'warning')} for the new manifests.\n`,
    ...errors.map((each) => diagnosticText(each, paint)),
    isTooMuch ? `This is more than one file may hold: write it with \`--out FOLDER\`, as ${files.length} files.\n` : '',
    isPrinted && projectText === null && lock.added.length > 0
      ? 'Save the manifests where `spec.manifests` finds them, then pin their images: tallyman update\n'
      : '',
  ];
  return sections.filter((text) => text !== '').join('\n');
}

function section(head: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `${[head, ...lines.map((line) => `  ${sanitise(line)}`)].join('\n')}\n`;
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}
