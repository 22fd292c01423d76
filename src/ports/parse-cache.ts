import type { YamlFile } from '../domain/yaml-file.js';

/**
 * What parsing gave, by the text that was parsed, from one run to the next. It is allowed to forget and never to err:
 * what it finds is what parsing the same text would give. It says nothing where it cannot be read or written.
 */
export interface ParseCache {
  /** Undefined where the text is not known. */
  find(text: string): YamlFile | undefined;
  /** Only for texts in which parsing found no problem. */
  keep(text: string, file: YamlFile): void;
  /** Writes down what was found or kept since it was opened, and forgets the rest. */
  save(): void;
}
