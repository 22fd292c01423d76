import { expect, it } from 'vitest';
import { complaints, projectText, read } from '../support/manifests.js';

const of = (window: string): readonly string[] =>
  complaints(read({ project: projectText.replace('  approvers:', `  windows: [${window}]\n  approvers:`) })).map(
    (line) => line.replace(/^[\d:]+ /, ''),
  );

it.each([
  ['a whole window', '{kind: Deny, schedule: "0 0 24 12 *", duration: 10d, timeZone: Asia/Shanghai}', []],
  [
    'a minute that is none',
    '{kind: Allow, schedule: "60 9 * * *", duration: 1h}',
    ["manifest/invalid-value: `windows[0].schedule` must be five fields of cron, not '60 9 * * *'"],
  ],
  [
    'six fields',
    '{kind: Allow, schedule: "0 0 9 * * *", duration: 1h}',
    ["manifest/invalid-value: `windows[0].schedule` must be five fields of cron, not '0 0 9 * * *'"],
  ],
  [
    'a day that never comes',
    '{kind: Allow, schedule: "0 0 30 2 *", duration: 1h}',
    ["manifest/invalid-value: `windows[0].schedule` must come to pass some time, not '0 0 30 2 *'"],
  ],
  [
    'a zone that is none',
    '{kind: Allow, schedule: "0 9 * * *", duration: 1h, timeZone: Mars/Base}',
    ["manifest/invalid-value: `windows[0].timeZone` must be a time zone, not 'Mars/Base'"],
  ],
  [
    'no duration',
    '{kind: Allow, schedule: "0 9 * * *", duration: 0m}',
    ["manifest/invalid-value: `windows[0].duration` must be between a minute and a year, not '0m'"],
  ],
])('%s', (_, window, expected) => {
  expect(of(window)).toEqual(expected);
});
