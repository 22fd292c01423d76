import { type Parse, parsedText, type ReadYaml, type SourceText } from '../manifest/parsed-text.js';
import type { ParseCache } from '../ports/parse-cache.js';

/** Parses each text once, whichever files and commits hold it, and not at all what the cache knows. */
export class TextParser {
  readonly #known = new Map<string, ReadYaml>();

  constructor(private readonly cache: ParseCache | null = null) {}

  /** Makes the sources known to `parse`. What parses YAML is loaded only where a text has to be parsed. */
  async take(sources: readonly SourceText[]): Promise<void> {
    const unknown = sources.filter(({ text }) => !this.#recall(text));
    if (unknown.length === 0) return;
    const { readYaml } = await import('../manifest/read-yaml.js');
    for (const { text } of unknown) {
      const yaml = readYaml(text);
      this.#known.set(text, yaml);
      // Problems come with places and words that belong to this version's parser: rare, and cheap to find again.
      if (yaml.problems.length === 0) this.cache?.keep(text, yaml);
    }
  }

  /** Of sources that were taken. */
  readonly parse: Parse = (source) => {
    const yaml = this.#known.get(source.text);
    if (yaml === undefined) throw new Error(`'${source.file}' was not taken before it was parsed`);
    return parsedText(source, yaml);
  };

  #recall(text: string): boolean {
    if (this.#known.has(text)) return true;
    const found = this.cache?.find(text);
    if (found !== undefined) this.#known.set(text, { ...found, problems: [] });
    return found !== undefined;
  }
}
