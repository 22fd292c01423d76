import type { YamlFile } from '../domain/yaml-file.js';
import type { ParseCache } from '../ports/parse-cache.js';

/** What parsing gave, for as long as a command looks at the same files again and again. */
export class SessionCache implements ParseCache {
  #known = new Map<string, YamlFile>();
  #used = new Map<string, YamlFile>();

  find(text: string): YamlFile | undefined {
    const file = this.#used.get(text) ?? this.#known.get(text);
    if (file !== undefined) this.#used.set(text, file);
    return file;
  }

  keep(text: string, file: YamlFile): void {
    this.#used.set(text, file);
  }

  /** Forgets what nobody has asked for since the last time. */
  save(): void {
    this.#known = this.#used;
    this.#used = new Map();
  }
}
