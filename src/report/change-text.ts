import { canonicalJson, type Json } from '../domain/digest.js';
import type { ChangeVerb, ResourceChange } from '../domain/plan.js';
import type { Paint } from './paint.js';
import { reasonText } from './reasons.js';
import { sanitise } from './sanitise.js';

export interface ChangeTextOptions {
  readonly paint: Paint;
  /** Names of the fields whose difference makes it a replacement. */
  readonly replacePaths: readonly string[];
}

interface FieldLine {
  readonly symbol: '+' | '-' | '~';
  readonly name: string;
  readonly text: string;
}

/** How a kind of change is written: its symbol, and what the legend calls it. */
export const changeSymbols: Readonly<Record<ChangeVerb, { readonly symbol: string; readonly meaning: string }>> = {
  create: { symbol: '+', meaning: 'create' },
  delete: { symbol: '-', meaning: 'delete' },
  update: { symbol: '~', meaning: 'update in-place' },
  replace: { symbol: '-/+', meaning: 'replace' },
  forget: { symbol: '.', meaning: 'forget' },
  read: { symbol: '<=', meaning: 'read' },
  'no-op': { symbol: '', meaning: 'unchanged' },
};

/**
 * One thing and what happens to it:
 *
 *       # Instance/batch/0 must get a new system disk   (class replace-system-disk, wave 1 of 1)
 *     -/+ i-bp1example0002
 *           ~ image_id = "m-1" -> (known after apply)   # forces replacement
 */
export function changeText(change: ResourceChange, options: ChangeTextOptions): string {
  const { paint } = options;
  const { symbol } = changeSymbols[change.verb];
  const notes = [
    ...(change.class === null ? [] : [`class ${change.class}`]),
    ...(change.wave === null ? [] : [`wave ${change.wave.number} of ${change.wave.of}`]),
  ];
  const suffix = notes.length === 0 ? '' : `   (${notes.join(', ')})`;
  const lines = [`  ${paint.strong(`# ${sanitise(change.address)} ${verbPhrase(change)}${suffix}`)}`];
  if (change.reason !== null) lines.push(paint.faint(`  # (because ${sanitise(reasonText(change.reason))})`));
  if (change.id !== null) lines.push(`${painted(symbol.padStart(3), change.verb, paint)} ${sanitise(change.id)}`);
  lines.push(...fieldTexts(change, options));
  return `${lines.join('\n')}\n`;
}

function verbPhrase(change: ResourceChange): string {
  if (change.class === 'replace-system-disk') return 'must get a new system disk';
  return verbPhrases[change.verb];
}

const verbPhrases: Readonly<Record<ChangeVerb, string>> = {
  create: 'will be created',
  update: 'will be updated in-place',
  delete: 'will be deleted',
  replace: 'must be replaced',
  forget: 'will be left as it is and no longer managed',
  read: 'will be read',
  'no-op': 'is unchanged',
};

function painted(text: string, verb: ChangeVerb, paint: Paint): string {
  if (verb === 'create') return paint.added(text);
  if (verb === 'delete') return paint.removed(text);
  return verb === 'update' || verb === 'replace' ? paint.changed(text) : text;
}

function fieldTexts(change: ResourceChange, { paint, replacePaths }: ChangeTextOptions): readonly string[] {
  const names = fieldNames(change);
  const lines = names.map((name) => fieldLine(change, name)).filter((line) => line !== null);
  const width = Math.max(0, ...lines.map((line) => line.name.length));
  // What does not exist yet has no line of its own that the fields could stand below.
  const indent = change.id === null ? '  ' : '      ';
  const paintOf = { '+': paint.added, '-': paint.removed, '~': paint.changed };
  const texts = lines.map(({ symbol, name, text }) => {
    const note = change.verb === 'replace' && replacePaths.includes(name) ? paint.faint('   # forces replacement') : '';
    return `${indent}${paintOf[symbol](symbol)} ${sanitise(name).padEnd(width)} = ${text}${note}`;
  });
  const hidden = change.verb === 'delete' || change.verb === 'no-op' ? 0 : names.length - lines.length;
  if (hidden > 0) texts.push(paint.faint(`        (${hidden} unchanged ${hidden === 1 ? 'field' : 'fields'} hidden)`));
  return texts;
}

/** In the order of the change: first what is there before, then what is new. */
function fieldNames({ before, after, afterUnknown }: ResourceChange): readonly string[] {
  return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {}), ...afterUnknown])];
}

function fieldLine(change: ResourceChange, name: string): FieldLine | null {
  const isUnknown = change.afterUnknown.includes(name);
  const before = change.before?.[name];
  const after = change.after?.[name];
  const afterText = isUnknown ? '(known after apply)' : valueText(after);
  if (change.verb === 'delete' || change.verb === 'no-op') return null;
  if (before === undefined) return { symbol: '+', name, text: afterText };
  if (after === undefined && !isUnknown) return { symbol: '-', name, text: valueText(before) };
  if (!isUnknown && after !== undefined && canonicalJson(before) === canonicalJson(after)) return null;
  return { symbol: '~', name, text: `${valueText(before)} -> ${afterText}` };
}

function valueText(value: Json | undefined): string {
  return sanitise(JSON.stringify(value ?? null));
}
