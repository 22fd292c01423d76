import { createHash } from 'node:crypto';
import { script, style } from './style.js';
import { Html, html } from './template.js';

export interface Page {
  readonly title: string;
  /** Below the title: when, of what, by which version. */
  readonly about: readonly string[];
  readonly tiles: readonly Tile[];
  /** In the order in which they are shown; null is left out. */
  readonly sections: readonly (Html | null)[];
}

export interface Tile {
  readonly name: string;
  readonly amount: number;
  readonly tone: 'error' | 'warning' | 'info' | null;
}

/**
 * One file that needs nothing beside itself and asks nobody for anything: its policy lets the one style and the one
 * script in it work, by their hashes, and no request leave. Source: Content Security Policy Level 3.
 */
export function renderPage({ title, about, tiles, sections }: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const shown = tiles.filter(({ amount }) => amount > 0);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<main id="main">
<header>
<h1>${title}</h1>
<p class="faint">${about.join(' · ')}</p>
${shown.length === 0 ? null : html`<ul class="tiles">${shown.map(tileHtml)}</ul>`}
</header>
${sections}
</main>
<script>${new Html(script)}</script>
</body>
</html>
`;
  return page.markup;
}

function tileHtml({ name, amount, tone }: Tile): Html {
  return html`<li class="${tone ?? ''}"><strong>${amount}</strong>${name}</li>`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}

/** A field that filters the rows of a table; hidden where scripts do not run. */
export function filterHtml(id: string, what: string): Html {
  return html`<form class="filter" data-of="${id}" hidden><label for="${id}-filter">Filter ${what}</label><input id="${id}-filter" type="search" autocomplete="off"><output class="faint" for="${id}-filter"></output></form>`;
}
