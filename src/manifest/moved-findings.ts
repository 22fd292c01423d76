import { closestName } from '../domain/closest-name.js';
import type { Finding } from '../domain/finding.js';
import { type Move, presentName } from '../domain/moved.js';
import { child } from '../domain/origin.js';
import { type InputError, inputError } from './input-error.js';
import type { Names } from './surroundings.js';

/** What is wrong with the renames of a project. */
export function movedFindings(moved: readonly Move[], names: Names): readonly Finding[] {
  return moved.flatMap((move, index) => {
    const error = errorOf(move, moved.slice(0, index), moved, names);
    return error === undefined ? [] : [inputError({ ...error, address: null })];
  });
}

function errorOf(
  move: Move,
  earlier: readonly Move[],
  moved: readonly Move[],
  names: Names,
): Omit<InputError, 'address'> | undefined {
  const { from, to, origin } = move;
  const kindOf = (resource: string): string => resource.split('/')[0] ?? '';
  if (kindOf(from) !== kindOf(to)) {
    const message = `'${from}' cannot become '${to}': a rename stays within one kind`;
    return {
      ruleId: 'manifest/invalid-value',
      at: child(origin, 'to'),
      message,
      hint: 'Correct one of them.',
      value: to,
    };
  }
  if (earlier.some((other) => other.from === from)) {
    const message = `'${from}' is renamed twice`;
    return {
      ruleId: 'manifest/duplicate-item',
      at: child(origin, 'from'),
      message,
      hint: 'Keep one of them.',
      value: from,
    };
  }
  const end = presentName(moved, from);
  if (end === from) {
    const message = `the rename of '${from}' leads back to itself`;
    return { ruleId: 'manifest/invalid-value', at: origin, message, hint: 'Remove one of the renames.', value: from };
  }
  if (!names.areNamesComplete) return undefined;
  if (isDeclared(names, from)) {
    const message = `'${from}' was renamed to '${to}' and is still declared`;
    const hint = 'Remove the old manifest, or the rename: what is there can belong to one of them only.';
    return { ruleId: 'manifest/invalid-value', at: child(origin, 'from'), message, hint, value: from };
  }
  if (isDeclared(names, end)) return undefined;
  const meant = closestName(to.slice(kindOf(to).length + 1), names.namesOf(kindOf(to)));
  const hint =
    meant === undefined ? 'Correct the name, or remove the rename.' : `Did you mean '${kindOf(to)}/${meant}'?`;
  const message = `'${from}' was renamed to '${end}', which no manifest declares`;
  return { ruleId: 'manifest/unknown-reference', at: child(origin, 'to'), message, hint, value: to };
}

function isDeclared(names: Names, resource: string): boolean {
  const [kind = '', name = ''] = resource.split('/');
  return names.has(kind, name);
}
