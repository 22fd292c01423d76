import { customProperties, dark, light } from '../palette.js';
import { pictureStyle } from './lineage-picture.js';

/** The style of every page: light and dark, readable on a telephone, on a wall and on paper. */
export const style = `
:root { color-scheme: light dark; ${customProperties(light)} }
@media (prefers-color-scheme: dark) { :root { ${customProperties(dark)} } }
:root[data-theme="light"] { color-scheme: light; ${customProperties(light)} }
:root[data-theme="dark"] { color-scheme: dark; ${customProperties(dark)} }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
.top, main { max-width: 88rem; margin: 0 auto; padding: 0 1.5rem; }
.top { padding-top: 1.25rem; }
main { padding-bottom: 4rem; outline: 0; }
.brand { display: flex; align-items: center; gap: .5ch; color: var(--faint); }
.brand b { color: var(--text); }
button { font: inherit; font-size: .875rem; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: 7px; padding: .3rem .7rem; cursor: pointer; }
button[hidden] { display: none; }
button:hover { border-color: var(--faint); }
button[aria-pressed="true"] { border-color: var(--link); }
.theme { margin-left: auto; }
h1 { display: flex; gap: .75rem; align-items: flex-start; font-size: 1.75rem; line-height: 1.25; margin: 1rem 0 .25rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h1 > span + span { min-width: 0; padding-top: .1rem; }
h1 .sign { flex: none; width: 2.4rem; height: 2.4rem; border-radius: 50%; display: grid; place-items: center; font-size: 1.15rem; color: var(--back); background: var(--link); }
h1.good .sign { background: var(--added); }
h1.warning .sign { background: var(--warning); }
h1.error .sign { background: var(--error); }
.note { font-weight: 600; margin: .25rem 0 0 3.15rem; }
h1.error + .note, .error { color: var(--error); }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; font-weight: 600; margin: .25rem 0 .5rem; overflow-wrap: anywhere; }
.amount { font-size: .8em; font-weight: 600; color: var(--faint); }
p { margin: .4rem 0; max-width: 80ch; overflow-wrap: anywhere; }
a { color: var(--link); }
a:hover { text-decoration-thickness: 2px; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .875rem; }
code { overflow-wrap: anywhere; }
.id { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .875rem; color: var(--faint); }
.faint, .none { color: var(--faint); }
.warning { color: var(--warning); }
.info { color: var(--info); }
.added { color: var(--added); }
.removed { color: var(--removed); }
.changed { color: var(--changed); }
h1.good, h1.news, h1.warning, h1.error { color: var(--text); }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; display: inline-block; margin: .5rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
.about { display: flex; flex-wrap: wrap; gap: .25rem 1.75rem; margin: .75rem 0 0; font-size: .9rem; }
.about div { display: flex; gap: .5rem; min-width: 0; }
.about dt { color: var(--faint); }
.about dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.tiles { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.25rem 0 0; padding: 0; list-style: none; }
.tiles li { min-width: 7rem; padding: .5rem .9rem .6rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; font-size: .9rem; color: var(--text); }
.tiles strong { display: block; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tiles .sign { font-size: 1.1rem; margin-right: .35rem; }
.tiles .error strong { color: var(--error); }
.tiles .warning strong { color: var(--warning); }
.tiles .info strong { color: var(--info); }
.tiles .added strong { color: var(--added); }
.tiles .removed strong { color: var(--removed); }
.tiles .changed strong { color: var(--changed); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 1.25rem 0 0; padding: .6rem 0; list-style: none; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); font-size: .95rem; }
section { scroll-margin-top: 1rem; }
.alarm { margin-top: 1.5rem; padding: .9rem 1.1rem; border: 1px solid var(--line); border-left: 6px solid var(--removed); border-radius: 8px; background: var(--card); }
.alarm h2 { margin: 0 0 .4rem; }
.alarm ul { margin: 0; padding-left: 1.2rem; }
.alarm li { margin: .3rem 0; overflow-wrap: anywhere; }
.hint { color: var(--faint); }
.tools, .filter { display: flex; flex-wrap: wrap; gap: .5rem .9rem; align-items: center; }
.tools, .filter { margin: 0 0 .9rem; }
.tools .filter { margin: 0; flex: 1 1 auto; }
.filter[hidden] { display: none; }
.filter label { display: flex; gap: .5rem; align-items: center; color: var(--faint); font-size: .9rem; min-width: 0; }
.filter .words { flex: 0 1 26rem; }
.filter input, .filter select { font: inherit; font-size: 1rem; min-width: 0; padding: .3rem .6rem; color: var(--text); background: var(--back); border: 1px solid var(--faint); border-radius: 7px; }
.filter input { flex: 1 1 8rem; width: 8rem; }
.filter input::placeholder { color: var(--faint); opacity: 1; }
.filter select { max-width: 15rem; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: .8rem; color: var(--faint); font-weight: 600; }
th, td { padding: .5rem .9rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
th:last-child, td:last-child { padding-right: 0; }
tr[hidden], details[hidden], .group[hidden] { display: none; }
td > :first-child { margin-top: 0; }
td > :last-child { margin-bottom: 0; }
td > b:first-child { white-space: nowrap; }
.findings td:nth-child(1) { width: 7rem; white-space: nowrap; }
.findings td:nth-child(2) { width: 24%; }
pre { margin: .5rem 0; padding: .5rem .75rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--card); border: 1px solid var(--line); border-radius: 7px; }
mark { background: var(--mark); color: inherit; border-radius: 3px; text-decoration: underline; text-decoration-color: var(--error); text-decoration-thickness: 2px; text-underline-offset: 3px; }
.changes > details, .fold { border: 1px solid var(--line); border-radius: 10px; margin: 0 0 .5rem; background: var(--card); }
.many > details { content-visibility: auto; contain-intrinsic-size: auto 3rem; }
.fold { margin-top: .75rem; }
summary { padding: .55rem .9rem; cursor: pointer; overflow-wrap: anywhere; border-radius: 9px; }
summary:hover { background: var(--back); }
details > div { padding: 0 1rem .8rem; }
.inline { display: inline; }
.inline[open] { display: block; }
.inline summary { display: inline-block; padding: 0 .25rem; color: var(--link); }
.group + .group { margin-top: 1.25rem; padding-top: .9rem; border-top: 1px solid var(--line); }
.fields td, .fields th, .members td, .members th { padding-top: .3rem; padding-bottom: .3rem; }
.fields tr:last-child td, .members tr:last-child td { border-bottom: 0; }
.fields { margin-bottom: .5rem; }
.fields td { width: 36%; }
.fields td:first-child { width: 28%; }
.own + .own { margin-top: .15rem; }
.symbol { display: inline-block; min-width: 1.6rem; margin-right: .3rem; font-weight: 700; font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
.notices { margin: 0; padding-left: 1.2rem; }
.notices li { margin: .3rem 0; overflow-wrap: anywhere; }
.lineage-frame { border: 1px solid var(--line); border-radius: 10px; overflow: hidden; background: var(--back); }
.zoom { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; padding: .4rem .6rem; background: var(--card); border-bottom: 1px solid var(--line); font-size: .875rem; }
.zoom[hidden] { display: none; }
.zoom output { min-width: 3.2rem; text-align: center; font-variant-numeric: tabular-nums; }
.zoom button { min-width: 2rem; background: var(--back); }
.zoom span { margin-left: .4rem; }
.scroll { overflow: auto; max-height: 78vh; }
.scroll:focus-visible { outline-offset: -3px; }
.scroll svg { display: block; max-width: none; margin: 0 auto; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .6rem 0 0; padding: 0; list-style: none; font-size: .875rem; }
:target, tr:target td:first-child { box-shadow: inset 4px 0 0 var(--link); }
section:target, main:target, tr:target { box-shadow: none; }
tr:target td { background: var(--card); }
tr:target td:first-child { padding-left: .75rem; }
${pictureStyle}
.lineage a { cursor: pointer; text-decoration: none; }
.lineage a:hover rect, .lineage a:focus-visible rect { fill: var(--card); stroke-width: 3; }
.lineage a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
@media (max-width: 45rem) {
  .top, main { padding-left: 1rem; padding-right: 1rem; }
  h1 { font-size: 1.4rem; }
  .tiles { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tiles li { min-width: 0; }
  .filter, .filter .words { flex: 1 1 100%; }
  .filter .words { flex-wrap: wrap; }
  .wide thead { position: absolute; left: -100vw; }
  .wide, .wide tbody { display: block; }
  .wide tr, .wide td { display: block; width: auto !important; }
  .wide tr { padding: .6rem 0; border-bottom: 1px solid var(--line); }
  .wide tr[hidden] { display: none; }
  .wide td { padding: .1rem 0; border: 0; }
  .wide td[data-label]::before { content: attr(data-label) ": "; color: var(--faint); font-size: .8rem; }
  .wide td:empty { display: none; }
  .fields tr:last-child, .members tr:last-child { border-bottom: 0; }
  details > div { padding: 0 .8rem .7rem; }
  tr:target td:first-child { padding-left: .5rem; }
  .zoom span { display: none; }
}
@media (min-width: 110rem) {
  body { font-size: 18px; }
  .top, main { max-width: 112rem; }
}
@media print {
  :root, :root[data-theme] { color-scheme: light; ${customProperties(light)} --card: #fff; }
  body { font-size: 11pt; }
  .top, main { max-width: none; padding-left: 0; padding-right: 0; }
  .filter, .skip, .theme, .unfold, .zoom, nav { display: none; }
  .scroll { max-height: none; overflow: visible; }
  .scroll svg { max-width: 100%; height: auto; }
  .many > details { content-visibility: visible; }
  tr, li, .alarm, h2, h3, .lineage-frame { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
  a { color: inherit; text-decoration: none; }
}
`;
