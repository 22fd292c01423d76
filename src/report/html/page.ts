import { createHash } from 'node:crypto';
import { script } from './script.js';
import { style } from './style.js';
import { Html, html } from './template.js';

export interface Page {
  /** `plan`, `lint`: what made it. */
  readonly command: string;
  readonly verdict: Verdict;
  /** What of, when, by which version: names and values. */
  readonly about: readonly (readonly [name: string, value: string])[];
  readonly tiles: readonly Tile[];
  /** In the order in which they are shown; null is left out. */
  readonly sections: readonly (Section | null)[];
}

/** What a reader came for, in one line. */
export interface Verdict {
  readonly tone: 'good' | 'news' | 'warning' | 'error';
  readonly text: string;
  /** Behind it, smaller; null for nothing. */
  readonly note: string | null;
}

export interface Tile {
  /** Before the amount: the symbol that stands for it elsewhere too. */
  readonly symbol: string;
  readonly name: string;
  readonly amount: number;
  readonly tone: 'error' | 'warning' | 'info' | 'added' | 'removed' | 'changed' | 'none';
}

export interface Section {
  readonly id: string;
  readonly title: string;
  /** Behind the title; null for none. */
  readonly amount: number | null;
  /** What must not be overlooked has a frame of its own. */
  readonly isAlarming?: boolean;
  readonly body: Html;
}

const verdictSymbols: Readonly<Record<Verdict['tone'], string>> = { good: '✓', news: 'Δ', warning: '!', error: '✕' };

/**
 * One file that needs nothing beside itself and asks nobody for anything: its policy lets the one style and the one
 * script in it work, by their hashes, and no request leave. Source: Content Security Policy Level 3.
 */
export function renderPage({ command, verdict, about, tiles, sections }: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const shownTiles = tiles.filter(({ amount }) => amount > 0);
  const shown = sections.filter((section) => section !== null);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>tallyman ${command}: ${verdict.text}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<div class="brand"><b>tallyman</b> ${command}<button type="button" class="theme" hidden>Theme: <span>system</span></button></div>
<h1 class="${verdict.tone}"><span class="sign" aria-hidden="true">${verdictSymbols[verdict.tone]}</span><span>${verdict.text}</span></h1>
${verdict.note === null ? null : html`<p class="note">${verdict.note}</p>`}
<dl class="about">${about.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${shownTiles.length === 0 ? null : html`<ul class="tiles">${shownTiles.map(tileHtml)}</ul>`}
${shown.length < 2 ? null : html`<nav aria-label="Sections"><ul>${shown.map(({ id, title, amount }) => html`<li><a href="#${id}">${title}${amountHtml(amount)}</a></li>`)}</ul></nav>`}
</header>
<main id="main" tabindex="-1">
${shown.map(sectionHtml)}</main>
<script>${new Html(script)}</script>
</body>
</html>
`;
  return page.markup;
}

function tileHtml({ symbol, name, amount, tone }: Tile): Html {
  return html`<li class="${tone}"><strong>${symbol === '' ? null : html`<span class="sign" aria-hidden="true">${symbol}</span>`}${amount}</strong>${name}</li>`;
}

function sectionHtml({ id, title, amount, isAlarming = false, body }: Section): Html {
  return html`<section id="${id}" class="${isAlarming ? 'alarm' : ''}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}${amountHtml(amount)}</h2>
${body}
</section>
`;
}

function amountHtml(amount: number | null): Html | null {
  return amount === null ? null : html` <span class="amount">${amount}</span>`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}

/** Something to choose rows by; `key` is the name of the attribute `data-KEY` of each row. */
export interface Choice {
  readonly key: string;
  readonly name: string;
  readonly values: readonly string[];
}

/** Fields that filter the rows of an element; hidden where scripts do not run. A choice among one is none. */
export function filterHtml(id: string, what: string, choices: readonly Choice[] = []): Html {
  const selects = choices
    .filter(({ values }) => values.length > 1)
    .map(
      ({ key, name, values }) =>
        html`<label>${name} <select data-key="${key}"><option value="">all</option>${values.map((value) => html`<option value="${value}">${value}</option>`)}</select></label>`,
    );
  return html`<form class="filter" data-of="${id}" hidden><label class="words">Filter ${what} <input type="search" autocomplete="off" spellcheck="false" placeholder="press / and type"></label>${selects}<output class="faint"></output></form>`;
}

export function headHtml(heads: readonly string[]): Html {
  return html`<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>`;
}

export function projectName({
  name,
  environment,
}: {
  readonly name: string;
  readonly environment: string | null;
}): string {
  return environment === null ? name : `${name} (${environment})`;
}

/** Different values, in order. */
export function valuesOf(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

/**
 * Ids of elements that others may link to: an address or a key as it is, as far as an id can hold it, and each once on a
 * page.
 */
export class Anchors {
  readonly #taken = new Map<string, string>();
  readonly #ids = new Set<string>();

  /** The same for the same text; call it for what is linked to before what links. */
  idOf(text: string): string {
    const known = this.#taken.get(text);
    if (known !== undefined) return known;
    const plain = text.replaceAll(/[^\w./-]/g, '_');
    let id = plain;
    for (let number = 2; this.#ids.has(id); number += 1) id = `${plain}-${number}`;
    this.#ids.add(id);
    this.#taken.set(text, id);
    return id;
  }

  /** Another text by which the element of the first is meant too. */
  alias(text: string, meant: string): void {
    if (!this.#taken.has(text)) this.#taken.set(text, this.idOf(meant));
  }

  /** Where something of this name is on the page; null where it is not. */
  linkTo(text: string | null): string | null {
    const id = text === null ? undefined : this.#taken.get(text);
    return id === undefined ? null : `#${id}`;
  }
}
