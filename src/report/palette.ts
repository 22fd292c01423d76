/**
 * The colours of pages and pictures by what they mean. Each has a contrast of 4.5 or more against `back` and `card` of
 * its theme, and none is needed to understand what is shown: words and symbols say it too.
 */
interface Colours {
  readonly back: string;
  readonly card: string;
  readonly line: string;
  readonly text: string;
  readonly faint: string;
  readonly link: string;
  readonly error: string;
  readonly warning: string;
  readonly info: string;
  readonly added: string;
  readonly removed: string;
  readonly changed: string;
  /** Behind the part of a line that a finding is about. */
  readonly mark: string;
}

export const light: Colours = {
  back: '#ffffff',
  card: '#f5f7fa',
  line: '#d3d9e2',
  text: '#1a1f29',
  faint: '#566072',
  link: '#0b57c2',
  error: '#b3141f',
  warning: '#835400',
  info: '#0a5f9e',
  added: '#12692f',
  removed: '#b3141f',
  changed: '#835400',
  mark: '#ffe9a8',
};

export const dark: Colours = {
  back: '#11141a',
  card: '#1a1f28',
  line: '#363e4c',
  text: '#e6e9f0',
  faint: '#a4adbd',
  link: '#86b8ff',
  error: '#ff9090',
  warning: '#f0bd5b',
  info: '#7cc4ff',
  added: '#79d494',
  removed: '#ff9090',
  changed: '#f0bd5b',
  mark: '#5c4a12',
};

/** As custom properties of CSS: `--back: #ffffff; ...`. */
export function customProperties(colours: Colours): string {
  return Object.entries(colours)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(' ');
}
