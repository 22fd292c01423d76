import fc from 'fast-check';
import { copyText, instanceText, lockText, policyText, projectText, sourceText, waiverText } from './manifests.js';

const documents = [projectText, sourceText, copyText, instanceText, policyText, waiverText, lockText];

/** Text that is nearly a manifest: pieces cut out, doubled or exchanged for what YAML gives a meaning to. */
export const damaged = fc
  .tuple(
    fc.constantFrom(...documents),
    fc.array(
      fc.record({
        at: fc.nat(1_000),
        length: fc.nat(12),
        by: fc.constantFrom(
          '',
          ' ',
          '\n',
          ': ',
          '- ',
          '{',
          '}',
          '[',
          ']',
          '"',
          "'",
          '#',
          '&a ',
          '*a',
          '!t ',
          '---\n',
          '\t',
          '\r\n',
          '|',
          '>',
          '?',
          '%',
          '0123',
          '1e400',
          '~',
          '__proto__: ',
          '\0',
          '\ud800',
          '\ufeff',
          'é',
        ),
      }),
      { maxLength: 6 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((result, { at, length, by }) => {
      const start = at % (result.length + 1);
      return result.slice(0, start) + by + result.slice(start + length);
    }, text),
  );

/** Manifests, nearly manifests, and text that never was one. */
export const anyText = fc.oneof(
  damaged,
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.json(),
);
