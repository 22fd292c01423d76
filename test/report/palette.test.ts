import { describe, expect, it } from 'vitest';
import { changeKinds, changeSymbols } from '../../src/report/change-kinds.js';
import { createPaint } from '../../src/report/paint.js';
import { dark, light } from '../../src/report/palette.js';
import { toneOf } from '../../src/report/tone.js';

/** Relative luminance of `#rrggbb`. Source: WCAG 2.2, definition of relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the colours of the %s theme', (_name, colours) => {
  const { back, card, line: _line, mark, text, ...inks } = colours;

  it('can be read on the page, on cards and in pictures', () => {
    for (const [name, ink] of Object.entries({ ...inks, text })) {
      expect(contrast(ink, back), `${name} on the page`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(ink, card), `${name} on a card`).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(text, mark)).toBeGreaterThanOrEqual(4.5);
  });
});

describe('what a change is shown by', () => {
  it('is told apart by symbol and word: two that read the same have the same colour', () => {
    const tonesByText = new Map<string, Set<string>>();
    for (const kind of changeKinds) {
      const text = `${changeSymbols[kind].symbol} ${changeSymbols[kind].meaning}`;
      tonesByText.set(text, (tonesByText.get(text) ?? new Set()).add(toneOf(kind)));
    }
    expect([...tonesByText].filter(([, tones]) => tones.size > 1)).toStrictEqual([]);
  });

  it('has one colour by meaning, which a terminal has too', () => {
    const paint = createPaint(true);
    const tones = changeKinds.map(toneOf).filter((tone) => tone !== 'none');
    expect([...new Set(tones)].sort()).toStrictEqual(['added', 'changed', 'info', 'removed']);
    for (const tone of tones) expect(paint[tone]('x')).not.toBe('x');
  });
});
