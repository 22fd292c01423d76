import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.js';
import { parseDuration } from '../../src/domain/duration.js';
import { parseOutputs } from '../../src/cli/outputs.js';
import { closestName } from '../../src/domain/closest-name.js';
import { isColored } from '../../src/cli/terminal.js';
import { ageText, durationText } from '../../src/report/words.js';

describe('parseDuration', () => {
  it.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['24h', 86_400_000],
    ['2d', 172_800_000],
    ['500ms', 500],
    ['1m500ms', 60_500],
    ['0s', 0],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '90', '1.5h', '-1s', '30m1h', 's', '1h ', '1w', '99999999999999999999s'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('durationText and ageText', () => {
  it.each([
    [400, '0s'],
    [59_000, '59s'],
    [130_000, '2m10s'],
    [600_000, '10m'],
    [3_900_000, '1h5m'],
    [49 * 3_600_000, '2d1h'],
  ])('write %i ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('counts whole days', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(ageText('2026-01-01T00:00:00Z', now)).toBe('1 day');
    expect(ageText('2026-01-01T00:00:01Z', now)).toBe('today');
    expect(ageText('no date', now)).toBe('');
  });
});

describe('isColored', () => {
  it.each([
    ['auto', true, {}, true],
    ['auto', false, {}, false],
    ['auto', true, { TERM: 'dumb' }, false],
    ['auto', true, { NO_COLOR: '1' }, false],
    ['auto', true, { NO_COLOR: '' }, true],
    ['auto', false, { FORCE_COLOR: '1' }, true],
    ['auto', false, { FORCE_COLOR: '' }, true],
    ['auto', true, { FORCE_COLOR: '0' }, false],
    ['auto', true, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ['auto', true, { FORCE_COLOR: '1', TERM: 'dumb' }, true],
    ['always', false, { NO_COLOR: '1' }, true],
    ['never', true, { FORCE_COLOR: '1' }, false],
  ] as const)('in mode %s, terminal %s, %j is %s', (mode, isTTY, env, expected) => {
    expect(isColored({ isTTY }, mode, env)).toBe(expected);
  });
});

describe('closestName', () => {
  it.each([
    ['targt', 'target'],
    ['pian', 'plan'],
    ['paln', 'plan'],
    ['xyz', undefined],
    ['p', undefined],
  ])('takes %s for %s', (word, expected) => {
    expect(closestName(word, ['target', 'plan', 'apply'])).toBe(expected);
  });
});

describe('output formats', () => {
  const plan = commands.find(({ name }) => name === 'plan')!;

  it('are text on standard output unless something is asked for', () => {
    expect(parseOutputs(plan, [])).toStrictEqual([{ format: 'text', file: null }]);
  });

  it('can be several, all but one with a file', () => {
    expect(parseOutputs(plan, ['text', 'json=out/p=1.json'])).toStrictEqual([
      { format: 'text', file: null },
      { format: 'json', file: 'out/p=1.json' },
    ]);
  });

  it.each([
    [['text', 'json'], 'two formats must not go to standard output'],
    [['text=a', 'json=a'], "two formats must not go to 'a'"],
    [['wide'], "`plan` has no output format 'wide'"],
    [['plan.json'], "`plan` has no output format 'plan.json'"],
    [['jsno'], "`plan` has no output format 'jsno'"],
    [['json='], "'json=' names no file"],
  ])('are refused: %j', (texts, message) => {
    expect(() => parseOutputs(plan, texts)).toThrow(message);
  });

  it('say how a plan is saved when a file is given for a format', () => {
    expect(() => parseOutputs(plan, ['plan.json'])).toThrow(
      expect.objectContaining({
        hint: expect.stringMatching(/^Save a plan with `--out plan.json`; formats are text, json, /) as string,
      }),
    );
  });
});
