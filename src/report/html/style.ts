/** The style of every page: light and dark by what the reader's system says, readable on a telephone and on paper. */
export const style = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --card: #f6f7f9; --line: #d5d9e0; --text: #1b1f27; --faint: #5a6372; --link: #0b57c2;
  --error: #b3141f; --warning: #855700; --info: #0a5f9e; --added: #12692f; --removed: #b3141f; --changed: #855700;
  --mark: #ffe9a8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12151b; --card: #1b2029; --line: #363d4a; --text: #e7eaf0; --faint: #a3acbb; --link: #83b7ff;
    --error: #ff8f8f; --warning: #f0bd5b; --info: #7cc4ff; --added: #79d494; --removed: #ff8f8f; --changed: #f0bd5b;
    --mark: #5c4a12;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 84rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .75rem; }
p { margin: .5rem 0; max-width: 75ch; }
a { color: var(--link); }
code, pre, .id { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .875em; }
code, .id { overflow-wrap: anywhere; }
.faint { color: var(--faint); }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0 0; padding: 0; list-style: none; }
.tiles li { min-width: 6.5rem; padding: .6rem .9rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tiles strong { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.error strong, b.error { color: var(--error); }
.warning strong, b.warning { color: var(--warning); }
.info strong, b.info { color: var(--info); }
.box { margin: 1.25rem 0 0; padding: .75rem 1rem; border: 1px solid var(--line); border-left: 5px solid var(--removed); border-radius: 8px; background: var(--card); }
.box h2 { margin: 0 0 .4rem; }
.box ul { margin: 0; padding-left: 1.25rem; }
.filter { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; margin: 0 0 .75rem; }
.filter[hidden] { display: none; }
.filter input { font: inherit; min-width: 0; flex: 0 1 22rem; padding: .35rem .6rem; color: inherit; background: var(--back); border: 1px solid var(--faint); border-radius: 7px; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: .8rem; color: var(--faint); font-weight: 600; }
th, td { padding: .55rem .75rem .55rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr[hidden] { display: none; }
td > :first-child { margin-top: 0; }
.findings td:nth-child(1) { width: 6rem; }
.findings td:nth-child(2) { width: 24%; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
pre { margin: .5rem 0; padding: .5rem .75rem; overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 7px; }
mark { background: var(--mark); color: inherit; border-radius: 3px; }
details { border: 1px solid var(--line); border-radius: 10px; margin: 0 0 .6rem; background: var(--card); }
summary { padding: .6rem .9rem; cursor: pointer; }
details > div { padding: 0 .9rem .75rem; }
.fields td, .fields th { padding: .3rem .75rem .3rem 0; }
.fields tr:last-child td { border-bottom: 0; }
.fields td { width: 36%; }
.fields td:first-child { width: 28%; }
.added { color: var(--added); }
.removed { color: var(--removed); }
.changed { color: var(--changed); }
.symbol { display: inline-block; min-width: 2.3rem; font-weight: 700; }
svg { display: block; margin: 0 auto; max-width: none; }
svg rect { fill: var(--back); stroke: var(--faint); }
svg .marked rect { stroke-width: 3; }
svg .added rect { stroke: var(--added); }
svg .removed rect { stroke: var(--removed); }
svg .changed rect { stroke: var(--changed); }
svg text { fill: var(--text); font: 13px ui-monospace, Menlo, Consolas, monospace; text-anchor: middle; }
svg path { fill: none; stroke: var(--faint); stroke-width: 1.5; }
svg marker path { fill: var(--faint); stroke: none; }
@media (max-width: 45rem) {
  main { padding: 1rem .9rem 3rem; }
  .wide thead { position: absolute; left: -100vw; }
  .wide tr, .wide td { display: block; width: auto !important; }
  .wide tr { padding: .6rem 0; border-bottom: 1px solid var(--line); }
  .wide tr[hidden] { display: none; }
  .wide td { padding: .1rem 0; border: 0; }
  .wide td[data-label]::before { content: attr(data-label) ": "; color: var(--faint); font-size: .8rem; }
  .wide td:empty { display: none; }
}
@media (min-width: 120rem) { body { font-size: 18px; } }
@media print {
  :root { --back: #fff; --card: #fff; --text: #000; --faint: #444; --line: #999; }
  main { max-width: none; padding: 0; }
  .filter, .skip { display: none; }
  tr, details, li { break-inside: avoid; }
  a { color: inherit; }
}
`;

/** What the page can do when it is let: filter tables, and unfold everything for paper. It reads the page and nothing else. */
export const script = `
for (const form of document.querySelectorAll('.filter')) {
  const rows = [...document.getElementById(form.dataset.of).querySelectorAll('[data-row]')];
  const input = form.querySelector('input');
  const output = form.querySelector('output');
  const show = () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    output.textContent = shown + ' of ' + rows.length;
  };
  input.addEventListener('input', show);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.hidden = false;
  show();
}
let folded = [];
addEventListener('beforeprint', () => {
  folded = [...document.querySelectorAll('details:not([open])')];
  for (const one of folded) one.open = true;
});
addEventListener('afterprint', () => {
  for (const one of folded) one.open = false;
});
`;
