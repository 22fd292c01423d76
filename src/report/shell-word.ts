import { sanitise } from './sanitise.js';

/** A word of a command that can be pasted into a shell. */
export function shellWord(text: string): string {
  const shown = sanitise(text);
  return /^[\w./@:=,+-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", String.raw`'\''`)}'`;
}
