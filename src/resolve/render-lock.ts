import type { Lock, LockEntry } from '../domain/lock.js';
import type { ImageDiskFacts } from '../domain/observed.js';

/** Text that YAML 1.1 and 1.2 readers alike take for a string without quotes. */
const plainText = /^[A-Za-z/][A-Za-z0-9._/-]*(?::[A-Za-z0-9._/-]+)*$/;

/** Plain words that one or the other version of YAML takes for something else. */
const reservedWords = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n']);

/** Characters that an editor would not show, or that would turn the text around: names come from other people. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const invisible = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** The lock as YAML text: the same bytes for the same entries, one value a line, so that a change is easy to review. */
export function renderLock(lock: Lock, project: string): string {
  const head = [
    '# written by tallyman update; do not edit',
    'apiVersion: tallyman.dev/v1',
    'kind: Lock',
    `metadata: {name: ${scalar(project)}}`,
    'spec:',
  ];
  const body = lock.entries.length === 0 ? ['  entries: []'] : ['  entries:', ...lock.entries.flatMap(renderEntry)];
  return `${[...head, ...body].join('\n')}\n`;
}

function renderEntry(entry: LockEntry): readonly string[] {
  return [
    `    - source: ${scalar(entry.source)}`,
    `      region: ${scalar(entry.region)}`,
    `      selector: ${scalar(entry.selector)}`,
    `      imageId: ${scalar(entry.imageId)}`,
    `      owner: ${scalar(entry.owner)}`,
    `      name: ${scalar(entry.name)}`,
    `      createdAt: ${scalar(entry.createdAt)}`,
    `      sizeGiB: ${entry.sizeGiB}`,
    `      encrypted: ${entry.encrypted}`,
    ...(entry.disks.length === 0 ? ['      disks: []'] : ['      disks:', ...entry.disks.map(renderDisk)]),
    `      fingerprint: ${scalar(entry.fingerprint)}`,
    ...(entry.via === null ? [] : [`      via: ${entry.via}`]),
  ];
}

function renderDisk(disk: ImageDiskFacts): string {
  const { device, type, sizeGiB, snapshotId, encrypted } = disk;
  return `        - {device: ${scalar(device)}, type: ${type}, sizeGiB: ${sizeGiB}, snapshotId: ${scalar(snapshotId)}, encrypted: ${encrypted}}`;
}

/** Digits are always quoted: a UID without quotes is a number to YAML, and may lose digits. */
function scalar(text: string): string {
  if (plainText.test(text) && !reservedWords.has(text.toLowerCase())) return text;
  return JSON.stringify(text).replace(invisible, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${code}`;
  });
}
