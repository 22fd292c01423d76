import { sanitise } from '../sanitise.js';

/** Markup that may be put into a page as it is. Only `html` makes it. */
export class Html {
  constructor(readonly markup: string) {}
}

type Value = string | number | Html | null | readonly Value[];

/**
 * A template whose values are text: whatever they hold, they are neither markup nor anything that acts. Markup made by
 * this function goes in as it is, lists one after the other, null not at all. Attributes must be quoted.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(
    parts.map((part, index) => part + (index < values.length ? markupOf(values[index] ?? null) : '')).join(''),
  );
}

/** A message, with what stands between backquotes as code. */
export function told(message: string): Html {
  return html`${message.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

function markupOf(value: Value): string {
  if (value === null) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? escaped(value) : value.map(markupOf).join('');
}

function escaped(text: string): string {
  return sanitise(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
