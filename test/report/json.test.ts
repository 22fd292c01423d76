import { describe, expect, it } from 'vitest';
import { renderJson } from '../../src/report/json.js';
import { sanitise } from '../../src/report/sanitise.js';

describe('renderJson', () => {
  const texts = [
    'plain',
    '\u001b[31m',
    '\u009b1A',
    '\u202e\u2066',
    '\u2028',
    '\u{e0041}',
    '##[error]x',
    '###[[',
    '😀 黄金',
    '\ud800',
  ];

  it.each(texts)('writes %j so that it is the same when parsed, and does nothing when shown', (text) => {
    const shown = renderJson({ [text]: [text] });
    expect(JSON.parse(shown)).toEqual({ [text]: [text] });
    for (const line of shown.trimEnd().split('\n')) expect(sanitise(line)).toBe(line);
  });

  it('leaves readable text as it is', () => {
    expect(renderJson({ name: '黄金-v2 😀' })).toBe('{\n  "name": "黄金-v2 😀"\n}\n');
  });
});
