/** C0 and C1 controls, line separators, bidirectional marks, zero-width characters: nothing of them may reach a terminal. */
const actingCharacters = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;

/** Text from outside as plain words on one line, at most `lengthMax` UTF-16 units. */
export function oneLine(text: string, lengthMax = 400): string {
  const line = text
    .slice(0, 4 * lengthMax)
    .replace(actingCharacters, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1)}…`;
}
