import { readFileSync } from 'node:fs';
import { type Document, isAlias, isMap, isNode, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml';
import { EmulatorError, ScenarioError, type ScenarioProblem } from '../errors.js';
import type { Scenario } from './scenario.js';
import { type PlacedProblem, problemsOf } from './validate-scenario.js';

/** Larger scenarios come from `count`. */
const bytesMax = 16 * 1024 * 1024;

/** Reads and checks a scenario file. Throws ScenarioError with the place of everything that is wrong. */
export function loadScenario(file: string): Scenario {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new EmulatorError(
      'emulator-scenario-unreadable',
      `the scenario '${file}' cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Name a file of kind Scenario.',
      { cause: error },
    );
  }
  return parseScenario(text, file);
}

export function parseScenario(text: string, file: string): Scenario {
  if (text.length > bytesMax)
    throw oneProblem(file, 'the scenario is larger than 16 MiB: use `count` for many instances');
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, strict: true });
  const [document] = documents;
  if (!Array.isArray(documents) || document === undefined || documents.length > 1) {
    throw oneProblem(file, 'the file must hold exactly one document');
  }
  const syntax = [...syntaxProblems(document, lines), ...anchorProblems(document, lines)];
  if (syntax.length > 0) throw new ScenarioError(file, syntax);
  const value: unknown = document.toJS();
  if (isPlan(value)) throw planInstead(file);
  const problems = problemsOf(value);
  if (problems.length > 0)
    throw new ScenarioError(
      file,
      problems.map((problem) => located(problem, document, lines)),
    );
  return value as Scenario;
}

/** The same checks for a scenario that is no file but an object of a program. */
export function checkScenario(value: unknown): Scenario {
  const problems = problemsOf(value);
  if (problems.length === 0) return value as Scenario;
  throw new ScenarioError(
    'scenario',
    problems.map(({ path, message }) => ({ message, pointer: pointerOf(path) })),
  );
}

function oneProblem(file: string, message: string): ScenarioError {
  return new ScenarioError(file, [{ message, pointer: '', line: 1, column: 1 }]);
}

function isPlan(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'format_version' in value && !('kind' in value);
}

function planInstead(file: string): EmulatorError {
  return new EmulatorError(
    'emulator-scenario-is-plan',
    `'${file}' is a plan, not a scenario`,
    `Write --emulator=SCENARIO, or put the plan first: tallyman apply ${file} --emulator`,
  );
}

function syntaxProblems(document: Document, lines: LineCounter): readonly ScenarioProblem[] {
  return document.errors.map((error) => ({
    message: error.message.split('\n', 1)[0] ?? 'not YAML',
    pointer: '',
    ...placeAt(error.pos[0], lines),
  }));
}

/** Anchors make a small file large; a scenario has `count` for that. */
function anchorProblems(document: Document, lines: LineCounter): readonly ScenarioProblem[] {
  const problems: ScenarioProblem[] = [];
  visit(document, {
    Node: (_, node) => {
      const isUsed = isAlias(node) || ('anchor' in node && node.anchor !== undefined);
      if (!isUsed) return;
      problems.push({
        message: 'anchors and aliases are not allowed',
        pointer: '',
        ...placeAt(node.range?.[0] ?? 0, lines),
      });
    },
  });
  return problems;
}

function placeAt(offset: number, lines: LineCounter): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function located(
  { path, message, isAboutKey }: PlacedProblem,
  document: Document,
  lines: LineCounter,
): ScenarioProblem {
  return {
    message,
    pointer: pointerOf(path),
    ...placeAt(isAboutKey === true ? offsetOfKey(path, document) : offsetOf(path, document), lines),
  };
}

function pointerOf(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function nodeAt(path: readonly (string | number)[], document: Document): unknown {
  return path.length === 0 ? document.contents : document.getIn(path, true);
}

/** The value, or the nearest thing above it that is there. */
function offsetOf(path: readonly (string | number)[], document: Document): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = nodeAt(path.slice(0, length), document);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function offsetOfKey(path: readonly (string | number)[], document: Document): number {
  const map = nodeAt(path.slice(0, -1), document);
  const pair = isMap(map)
    ? map.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))
    : undefined;
  return isScalar(pair?.key) && pair.key.range ? pair.key.range[0] : offsetOf(path.slice(0, -1), document);
}
