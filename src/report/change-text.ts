import type { ResourceChange } from '../domain/plan.js';
import { cellsOf, cutCells, padCells } from './cells.js';
import { type ChangeKind, kindOf } from '../domain/change-kind.js';
import { changeSymbols, verbPhrase } from './change-kinds.js';
import { type FieldChange, fieldChanges } from './field-changes.js';
import type { Paint } from './paint.js';
import { reasonText } from './reasons.js';
import { sanitise } from './sanitise.js';
import { toneOf } from './tone.js';
import type { ShareGroup, Sharee } from './share-groups.js';
import { count } from './words.js';

export interface ChangeTextOptions {
  readonly paint: Paint;
  /** Cells of a line: what is longer is cut. */
  readonly columns: number;
}

/** Cells that a value has at least, however narrow the terminal is. */
const valueCellsMin = 16;

/**
 * One thing and what happens to it:
 *
 *       # Instance/batch/0 must get a new system disk   (class replace-system-disk, wave 1 of 1)
 *     -/+ i-bp1example0002
 *           ~ image_id = "m-1" -> (known after apply)   # forces replacement
 */
export function changeText(
  change: ResourceChange,
  options: ChangeTextOptions & {
    /** Of the fields whose difference makes it a replacement. */ readonly replacePaths: readonly string[];
  },
): string {
  const { paint } = options;
  const notes = [
    ...(change.class === null ? [] : [`class ${change.class}`]),
    ...(change.wave === null ? [] : [`wave ${change.wave.number} of ${change.wave.of}`]),
  ];
  const suffix = notes.length === 0 ? '' : `   (${notes.join(', ')})`;
  const lines = [`  ${paint.strong(`# ${sanitise(change.address)} ${verbPhrase(change)}${suffix}`)}`];
  if (change.reason !== null) lines.push(paint.faint(`  # (because ${sanitise(reasonText(change.reason))})`));
  if (change.id !== null) {
    const kind = kindOf(change);
    lines.push(`${paintOf(kind, paint)(changeSymbols[kind].symbol.padStart(3))} ${sanitise(change.id)}`);
  }
  lines.push(...fieldTexts(change, options));
  return `${lines.join('\n')}\n`;
}

function paintOf(kind: ChangeKind, paint: Paint): (text: string) => string {
  const tone = toneOf(kind);
  return tone === 'none' ? (text) => text : paint[tone];
}

function fieldTexts(
  change: ResourceChange,
  { paint, columns, replacePaths }: ChangeTextOptions & { readonly replacePaths: readonly string[] },
): readonly string[] {
  const { fields, hidden } = fieldChanges(change);
  const nameCells = Math.max(0, ...fields.map(({ name }) => cellsOf(name)));
  // What does not exist yet has no line of its own that the fields could stand below.
  const indent = change.id === null ? '  ' : '      ';
  const symbolPaints = { '+': paint.added, '-': paint.removed, '~': paint.changed };
  const texts = fields.map((field) => {
    const isForcing = change.verb === 'replace' && replacePaths.includes(field.name);
    const note = isForcing ? '   # forces replacement' : '';
    const room = columns - indent.length - nameCells - '~  = '.length - note.length;
    const value = fieldValue(field, Math.max(valueCellsMin, room));
    return `${indent}${symbolPaints[field.symbol](field.symbol)} ${padCells(field.name, nameCells)} = ${value}${paint.faint(note)}`;
  });
  if (hidden > 0) texts.push(paint.faint(`        (${count(hidden, 'unchanged field')} hidden)`));
  return texts;
}

/** Of two values the shorter one leaves its room to the other. */
function fieldValue({ before, after }: FieldChange, cellsMax: number): string {
  if (before === null || after === null) return cutCells(before ?? after ?? '', cellsMax);
  const arrow = ' -> ';
  const room = cellsMax - arrow.length;
  const half = Math.floor(room / 2);
  const beforeCells = Math.max(half, room - cellsOf(after));
  const shown = cutCells(before, beforeCells);
  return `${shown}${arrow}${cutCells(after, Math.max(half, room - cellsOf(shown)))}`;
}

/**
 * One shared image and the accounts that get or lose it:
 *
 *       # ImageShare/golden-to-prod/cn-hangzhou will be updated in-place
 *       ~ m-bp1example0001
 *           + 1600000000000002   prod
 *           - 1600000000000009   legacy-batch   (class unshare)
 *             # (because `with` does not list it and `unlisted` is Remove)
 */
export function shareText(
  group: ShareGroup,
  { paint, showsKept }: ChangeTextOptions & { readonly showsKept: boolean },
): string {
  const { added, removed, kept } = group;
  const isNew = removed.length === 0 && kept.length === 0;
  const kind = added.length + removed.length === 0 ? 'no-op' : isNew ? 'create' : 'update';
  const verb = { 'no-op': 'is unchanged', create: 'will be created', update: 'will be updated in-place' }[kind];
  const name = group.imageName === null ? '' : `  ${JSON.stringify(group.imageName)}`;
  const symbol = paintOf(kind, paint)(changeSymbols[kind].symbol.padStart(3));
  const shown = [...added, ...removed, ...(showsKept ? kept : [])];
  const cells = {
    uid: Math.max(0, ...shown.map(({ uid }) => cellsOf(sanitise(uid)))),
    name: Math.max(0, ...shown.map((sharee) => cellsOf(sanitise(sharee.name ?? '')))),
  };
  const line = (sharee: Sharee, mark: string, note: string): string => {
    const parts = [padCells(sanitise(sharee.uid), cells.uid), padCells(sanitise(sharee.name ?? ''), cells.name), note];
    return `      ${mark} ${parts.filter((part) => part !== '').join('   ')}`.trimEnd();
  };
  const lines = [
    `  ${paint.strong(`# ${sanitise(group.address)} ${verb}`)}`,
    `${symbol} ${sanitise(`${group.image ?? ''}${name}`)}`,
    ...added.map((sharee) => line(sharee, paint.added('+'), '')),
    ...removed.map((sharee) => line(sharee, paint.removed('-'), '(class unshare)')),
    ...becauseLines(removed, paint),
  ];
  if (showsKept) lines.push(...kept.map((sharee) => line(sharee, ' ', '')));
  else if (kept.length > 0) lines.push(paint.faint(`        (${count(kept.length, 'unchanged account')} hidden)`));
  return `${lines.join('\n')}\n`;
}

/** Once for all that go, with what it means for them. Source: ECS user guide, Share a custom image. */
function becauseLines(removed: readonly Sharee[], paint: Paint): readonly string[] {
  if (removed.length === 0) return [];
  const reasons = new Set(removed.map(({ change }) => change.reason).filter((reason) => reason !== null));
  return [
    ...[...reasons].map((reason) => `because ${reasonText(reason)}`),
    'instances there can no longer re-initialise disks made from this image',
  ].map((text) => paint.faint(`        # (${sanitise(text)})`));
}
