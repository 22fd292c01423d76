/**
 * What a page can do when it is let: filter rows, open what a link leads to, zoom the picture, follow a theme, unfold
 * everything for paper. It reads the page and nothing else, keeps nothing and asks nobody. Without it everything is
 * there and visible or one click away.
 */
export const script = `
'use strict';
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

const theme = document.querySelector('.theme');
const themes = ['system', 'light', 'dark'];
theme.hidden = false;
theme.addEventListener('click', () => {
  const name = theme.querySelector('span');
  name.textContent = themes[(themes.indexOf(name.textContent) + 1) % themes.length];
  if (name.textContent === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name.textContent;
});

const openAround = (element) => {
  for (let one = element; one; one = one.parentElement) if (one.tagName === 'DETAILS') one.open = true;
};

for (const form of all('.filter')) {
  const box = document.getElementById(form.dataset.of);
  const rows = all('[data-row]', box);
  const groups = all('[data-group]', box);
  const input = form.querySelector('input');
  const selects = all('select', form);
  const output = form.querySelector('output');
  const texts = new Map();
  const textOf = (element) => {
    if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
    return texts.get(element);
  };
  const around = new Map(rows.map((row) => [row, row.parentElement.closest('[data-context]')]));
  const headOf = (row) => {
    const context = around.get(row);
    return context ? all(':scope > [data-head]', context).map(textOf).join(' ') : '';
  };
  let opened = [];
  const show = () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const heads = new Map();
    let shown = 0;
    for (const row of rows) {
      const isChosen = selects.every((one) => one.value === '' || row.dataset[one.dataset.key] === one.value);
      let isHit = isChosen;
      if (isChosen && words.length > 0) {
        const context = around.get(row);
        if (!heads.has(context)) heads.set(context, headOf(row));
        const text = textOf(row) + ' ' + heads.get(context);
        isHit = words.every((word) => text.includes(word));
      }
      row.hidden = !isHit;
      if (isHit) shown += 1;
    }
    const isFiltered = words.length > 0 || selects.some((one) => one.value !== '');
    for (const group of groups) {
      const hit = group.matches('[data-row]:not([hidden])') || group.querySelector('[data-row]:not([hidden])');
      group.hidden = !hit;
      if (isFiltered && hit && group.tagName === 'DETAILS' && !group.open && shown <= 200) {
        group.open = true;
        opened.push(group);
      }
    }
    if (!isFiltered) {
      for (const group of opened) group.open = false;
      opened = [];
    }
    output.textContent = isFiltered ? shown + ' of ' + rows.length + ' shown' : rows.length + ' in all';
  };
  form.addEventListener('input', show);
  form.addEventListener('submit', (event) => event.preventDefault());
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    if (input.value === '') input.blur();
    input.value = '';
    show();
  });
  form.hidden = false;
  form.clearFor = (target) => {
    const row = target.closest('[data-row]');
    if (!row || !box.contains(row) || !row.hidden) return;
    input.value = '';
    for (const one of selects) one.value = '';
    show();
  };
  output.textContent = rows.length + ' in all';
}

for (const button of all('.unfold')) {
  const folds = () => all('details[data-group]', document.getElementById(button.dataset.of));
  button.hidden = false;
  button.addEventListener('click', () => {
    const isOpening = button.getAttribute('aria-pressed') !== 'true';
    for (const one of folds()) one.open = isOpening;
    button.setAttribute('aria-pressed', String(isOpening));
  });
}

const follow = () => {
  let id = location.hash.slice(1);
  try { id = decodeURIComponent(id); } catch { return; }
  const target = id === '' ? null : document.getElementById(id);
  if (!target) return;
  for (const form of all('.filter')) form.clearFor(target);
  openAround(target);
  target.scrollIntoView({ block: 'start' });
  if (target.matches('[data-row], [data-group]')) {
    if (!target.hasAttribute('tabindex') && target.tagName !== 'DETAILS') target.tabIndex = -1;
    (target.tagName === 'DETAILS' ? target.querySelector('summary') : target).focus({ preventScroll: true });
  }
};
addEventListener('hashchange', follow);
follow();

addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, select, textarea')) return;
  const inputs = all('.filter input');
  const near = inputs.find((input) => input.closest('section').getBoundingClientRect().bottom > 120) || inputs[0];
  if (!near) return;
  event.preventDefault();
  near.focus();
});

for (const frame of all('.lineage-frame')) {
  const svg = frame.querySelector('svg');
  const scroll = frame.querySelector('.scroll');
  const bar = frame.querySelector('.zoom');
  const output = bar.querySelector('output');
  const [width, height] = svg.getAttribute('viewBox').split(' ').slice(2).map(Number);
  let scale = 1;
  const zoom = (wanted) => {
    const next = Math.min(3, Math.max(0.1, wanted));
    const middle = { x: (scroll.scrollLeft + scroll.clientWidth / 2) / scale, y: (scroll.scrollTop + scroll.clientHeight / 2) / scale };
    scale = next;
    svg.setAttribute('width', Math.round(width * scale));
    svg.setAttribute('height', Math.round(height * scale));
    scroll.scrollLeft = middle.x * scale - scroll.clientWidth / 2;
    scroll.scrollTop = middle.y * scale - scroll.clientHeight / 2;
    output.textContent = Math.round(scale * 100) + '%';
  };
  const fit = () => zoom(Math.min((scroll.clientWidth - 4) / width, (scroll.clientHeight - 4) / height));
  const does = { in: () => zoom(scale * 1.25), out: () => zoom(scale / 1.25), whole: () => zoom(1), fit };
  for (const button of all('button', bar)) button.addEventListener('click', () => does[button.dataset.zoom]());
  scroll.addEventListener('keydown', (event) => {
    const name = { '+': 'in', '=': 'in', '-': 'out', 0: 'whole', f: 'fit' }[event.key];
    if (!name || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    does[name]();
  });
  scroll.addEventListener('wheel', (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
  }, { passive: false });
  bar.hidden = false;
}

let unfolded = [];
addEventListener('beforeprint', () => {
  unfolded = all('details:not([open])');
  for (const one of unfolded) one.open = true;
});
addEventListener('afterprint', () => {
  for (const one of unfolded) one.open = false;
});
`;
