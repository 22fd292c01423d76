/**
 * Globs of paths: `*` and `?` within a folder's name, `**` as a whole part for any number of folders, `{a,b}` for a
 * choice. All positions that a pattern can be in are followed at once, so that matching takes at most the length of
 * the path times that of the pattern, however hostile the pattern is.
 */
export interface Glob {
  /** Folder in which everything that matches lies, without wildcards; '' for the root. */
  readonly folder: string;
  matches(path: string): boolean;
}

type Step =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'any' }
  /** May stay on any character but `/`, or go on. */
  | { readonly kind: 'star' }
  /** May stay on any character, or go on. */
  | { readonly kind: 'globstar' }
  /** Goes on at each of these steps. */
  | { readonly kind: 'jump'; readonly to: readonly number[] };

const patternLengthMax = 512;

/** Undefined for a pattern that leads out of its root, whose braces do not close, or that is longer than any honest one. */
export function compileGlob(pattern: string): Glob | undefined {
  if (pattern === '' || pattern.length > patternLengthMax || leadsOut(pattern)) return undefined;
  const steps: Step[] = [];
  const compiler = new GlobCompiler(pattern, steps);
  if (!compiler.compile()) return undefined;
  const literal = literalOf(steps);
  return { folder: folderOf(pattern), matches: (path) => path.startsWith(literal) && run(steps, path, literal.length) };
}

function leadsOut(pattern: string): boolean {
  return pattern.startsWith('/') || pattern.includes('\\') || pattern.split(/[/{},]/).includes('..');
}

/** Parts before the first one with a wildcard; the last part names a file. */
function folderOf(pattern: string): string {
  const parts = pattern.split('/').slice(0, -1);
  const wild = parts.findIndex((part) => /[*?{]/.test(part));
  return (wild === -1 ? parts : parts.slice(0, wild)).join('/');
}

class GlobCompiler {
  #at = 0;

  constructor(
    readonly pattern: string,
    readonly steps: Step[],
  ) {}

  compile(): boolean {
    this.#sequence(0);
    return this.#at === this.pattern.length;
  }

  /** Up to the end, or, within braces, to the comma or brace that ends an alternative. */
  #sequence(depth: number): void {
    while (this.#at < this.pattern.length) {
      const character = this.pattern.charAt(this.#at);
      if (depth > 0 && (character === ',' || character === '}')) return;
      if (character === '{') {
        if (!this.#choice(depth)) return;
      } else this.#single(character);
    }
  }

  /** `{a,b}`: a jump to each alternative, and from the end of each a jump behind the brace. False if it never closes. */
  #choice(depth: number): boolean {
    const opening = this.#at;
    const entry = this.steps.push({ kind: 'jump', to: [] }) - 1;
    const starts: number[] = [];
    const ends: number[] = [];
    do {
      this.#at += 1;
      starts.push(this.steps.length);
      this.#sequence(depth + 1);
      ends.push(this.steps.push({ kind: 'jump', to: [] }) - 1);
    } while (this.pattern.charAt(this.#at) === ',');
    if (this.pattern.charAt(this.#at) !== '}') {
      this.#at = opening;
      return false;
    }
    this.#at += 1;
    this.steps[entry] = { kind: 'jump', to: starts };
    for (const end of ends) this.steps[end] = { kind: 'jump', to: [this.steps.length] };
    return true;
  }

  #single(character: string): void {
    const rest = this.pattern.slice(this.#at);
    const isPartStart = this.#at === 0 || this.pattern.charAt(this.#at - 1) === '/';
    if (isPartStart && rest.startsWith('**/')) this.#folders();
    else if (isPartStart && rest === '**') this.#push({ kind: 'globstar' }, 2);
    else if (character === '*') this.#push({ kind: 'star' }, 1);
    else if (character === '?') this.#push({ kind: 'any' }, 1);
    else this.#push({ kind: 'character', character }, 1);
  }

  /** `**` and its slash: nothing at all, or anything that ends at a slash. */
  #folders(): void {
    const start = this.steps.length;
    this.steps.push({ kind: 'jump', to: [start + 1, start + 3] }, { kind: 'globstar' });
    this.#push({ kind: 'character', character: '/' }, 3);
  }

  #push(step: Step, length: number): void {
    this.steps.push(step);
    this.#at += length;
  }
}

/** What every path that matches begins with: most are known by that not to match. */
function literalOf(steps: readonly Step[]): string {
  let literal = '';
  for (const step of steps) {
    if (step.kind !== 'character') break;
    literal += step.character;
  }
  return literal;
}

/** The first `from` steps are characters, and the path begins with them. */
function run(steps: readonly Step[], path: string, from: number): boolean {
  let states = reach(steps, [from]);
  for (let index = from; index < path.length; index += 1) {
    const character = path.charAt(index);
    const next: number[] = [];
    for (const state of states) {
      const step = steps[state];
      if (step === undefined) continue;
      if (step.kind === 'globstar' || (step.kind === 'star' && character !== '/')) next.push(state);
      if (step.kind === 'any' && character !== '/') next.push(state + 1);
      if (step.kind === 'character' && step.character === character) next.push(state + 1);
    }
    states = reach(steps, next);
    if (states.size === 0) return false;
  }
  return states.has(steps.length);
}

/** All steps that can be stood on from these without reading a character. */
function reach(steps: readonly Step[], from: readonly number[]): ReadonlySet<number> {
  const reached = new Set<number>();
  const open = [...from];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (reached.has(state)) continue;
    reached.add(state);
    const step = steps[state];
    if (step?.kind === 'jump') open.push(...step.to);
    if (step?.kind === 'star' || step?.kind === 'globstar') open.push(state + 1);
  }
  return reached;
}
