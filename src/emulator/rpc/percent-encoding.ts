export type Pair = readonly [name: string, value: string];

/** RFC 3986: only `A-Z a-z 0-9 - _ . ~` stay as they are. Both signatures are made over values encoded like this. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.codePointAt(0)?.toString(16).toUpperCase()}`,
  );
}

/** The pairs of a query string or form body. A `+` is a blank, since the Go clients write it so. Throws URIError. */
export function decodePairs(encoded: string): readonly Pair[] {
  return encoded
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      return equals < 0 ? [decode(part), ''] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
    });
}

function decode(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}

/** Sorted by the bytes of the name, as both signatures want it. Names are not repeated. */
export function sortedByName(pairs: readonly Pair[]): readonly Pair[] {
  return pairs.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
