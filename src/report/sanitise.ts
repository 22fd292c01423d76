/**
 * Text from the cloud, from manifests and from errors of the outside is data: it must not move the cursor, ring, start
 * a line, turn the writing direction or hide characters. Control (C0, C1), format (bidirectional marks, zero width,
 * tags, also those not assigned yet), surrogates without a partner, line and paragraph separators, letters that
 * draw nothing, and what is no character at all, which XML and HTML forbid.
 */
const unsafe =
  /[\p{Noncharacter_Code_Point}\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u3164\uffa0\u{e0000}-\u{e0fff}]/gu;

/** What GitHub's runner takes for a command: `::` at the beginning of a line, blanks aside, and `##[` anywhere. */
const runnerCommand = /(?<=^\s*):(?=:)|(?<=#)#(?=\[)/g;

/** One line in which every character that could act is written out: ESC becomes `\u{1b}`. */
export function sanitise(text: string): string {
  return text.replaceAll(unsafe, writtenOut).replaceAll(runnerCommand, writtenOut);
}

function writtenOut(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** As `sanitise`, for text of our own that may hold several lines with data in them. */
export function sanitiseLines(text: string): readonly string[] {
  return text.split('\n').map(sanitise);
}
