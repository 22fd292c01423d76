/**
 * Whether the whole text fits a pattern in which `*` stands for any characters, and `?` for one where `hasSingles`. No
 * regular expression, so no pattern makes it slow.
 */
export function fitsWildcard(pattern: string, text: string, hasSingles = false): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const expected = pattern[inPattern];
    if (expected === '*') {
      star = inPattern;
      starAt = at;
      inPattern += 1;
    } else if ((hasSingles && expected === '?') || expected === text[at]) {
      inPattern += 1;
      at += 1;
    } else if (star >= 0) {
      inPattern = star + 1;
      starAt += 1;
      at = starAt;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(inPattern));
}
