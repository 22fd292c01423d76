import { describe, expect, it } from 'vitest';
import { Arguments } from '../../src/cli/arguments.js';
import { commands } from '../../src/cli/commands.js';
import { flags } from '../../src/cli/flags.js';
import { findCommand, parseArguments } from '../../src/cli/parse-arguments.js';
import { TallymanError } from '../../src/domain/errors.js';

function parse(line: string): { readonly values: object; readonly operands: readonly string[] } {
  const { name, rest } = findCommand(line.split(' '));
  const { values, operands } = parseArguments(commands.find((command) => command.name === name)!, rest);
  return { values: Object.fromEntries(values), operands };
}

function failure(run: () => unknown): TallymanError {
  try {
    run();
  } catch (error) {
    if (error instanceof TallymanError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

function argumentsOf(line: string, env: Readonly<Record<string, string>> = {}): Arguments {
  const { name, rest } = findCommand(line.split(' '));
  return new Arguments(parseArguments(commands.find((command) => command.name === name)!, rest), env);
}

describe('the command line', () => {
  it.each([
    ['plan --out p.json', { out: ['p.json'] }, []],
    ['plan --out=p.json', { out: ['p.json'] }, []],
    ['plan --out=', { out: [''] }, []],
    ['-C dir plan', { chdir: ['dir'] }, []],
    ['-qv plan -C dir', { quiet: [''], verbose: [''], chdir: ['dir'] }, []],
    ['lint -ojson', { output: ['json'] }, []],
    ['lint -o=json -o text=a', { output: ['json', 'text=a'] }, []],
    ['lint a.yaml -f b.yaml c.yaml', { filename: ['b.yaml'] }, ['a.yaml', 'c.yaml']],
    ['lint -- -a.yaml', {}, ['-a.yaml']],
    ['lint -f -', { filename: ['-'] }, []],
    ['plan --target Instance/web --target Instance/db/', { target: ['Instance/web', 'Instance/db/'] }, []],
    ['apply --emulator', { emulator: [''] }, []],
    ['apply --emulator s.yaml p.json', { emulator: ['s.yaml'] }, ['p.json']],
    ['apply p.json --emulator', { emulator: [''] }, ['p.json']],
    ['apply p.json --emulator -y', { emulator: [''], 'auto-approve': [''] }, ['p.json']],
    ['apply --emulator p.json', { emulator: ['p.json'] }, []],
    ['plan --emulator manifests', { emulator: [''] }, ['manifests']],
    ['--emulator plan', { emulator: [''] }, []],
    ['plan --emulator=fleet', { emulator: ['fleet'] }, []],
  ])('reads `%s`', (line, values, operands) => {
    expect(parse(line)).toStrictEqual({ values, operands });
  });

  it.each([
    ['plan --targt x', "unknown flag '--targt'", '`--target`'],
    ['plan --tar x', "unknown flag '--tar'", '--help'],
    ['apply -auto-approve', "unknown flag '-auto-approve'", '`--auto-approve`'],
    ['plan -out=p.json', "unknown flag '-out=p.json'", '`--out`'],
    ['lint --prune', "`lint` has no flag '--prune'", 'tallyman lint --help'],
    ['lint --baseline b', "unknown flag '--baseline'", 'Waiver'],
    ['plan -x', "unknown flag '-x'", '--help'],
    ['plan --out', '`--out` needs a value', '--out FILE'],
    ['plan --out --prune', '`--out` needs a value', '--out FILE'],
    ['plan --prune=yes', '`--prune` must not have a value', '`--prune` alone'],
    ['plan --out a --out b', '`--out` must not be given twice', 'Leave one'],
    ['apply a.json b.json', "`apply` does not take 'b.json'", '--help'],
    ['version x', "`version` does not take 'x'", '--help'],
  ])('refuses `%s`', (line, message, hint) => {
    const error = failure(() => parse(line));
    expect(error.message).toBe(message);
    expect(error.hint).toContain(hint);
    expect(error.exitCode).toBe(4);
  });

  it('has no word for the command where there are only flags', () => {
    expect(findCommand(['-C', 'dir', '--help'])).toStrictEqual({ name: undefined, rest: ['-C', 'dir', '--help'] });
  });
});

describe('arguments', () => {
  it('take the flag before the environment', () => {
    const env = { TALLYMAN_ENDPOINT: 'http://127.0.0.1:1', TALLYMAN_PARALLELISM: '3' };
    const given = argumentsOf('apply --endpoint http://127.0.0.1:2', env);
    expect(given.text(flags.endpoint)).toBe('http://127.0.0.1:2');
    expect(given.wholeNumber(flags.parallelism, 1)).toBe(3);
    expect(given.isGiven(flags.parallelism)).toBe(false);
  });

  it.each([
    'AUTO_APPROVE',
    'YES',
    'PRUNE',
    'ALLOW',
    'ALLOW_EMPTY',
    'MAX_REMOVALS',
    'ALLOW_CUSTOM_ENDPOINT',
    'EMULATOR_RESET',
  ])('never let TALLYMAN_%s approve or allow anything', (name) => {
    const flag = Object.values(flags).find((each) => each.name === name.toLowerCase().replaceAll('_', '-'))!;
    expect(argumentsOf('apply', { [`TALLYMAN_${name}`]: '1' }).text(flag)).toBeUndefined();
    expect(argumentsOf('apply', { [`TALLYMAN_${name}`]: '1' }).isOn(flag)).toBe(false);
  });

  it.each(['', '0', 'false'])('take a switch of the environment that says %j for off', (value) => {
    expect(argumentsOf('plan', { TALLYMAN_NO_INPUT: value }).isOn(flags.noInput)).toBe(false);
  });

  it.each([
    ['plan --as-of 2026-01-31', '2026-01-31'],
    ['plan --as-of 2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z'],
  ])('read the date of `%s`', (line, date) => {
    expect(argumentsOf(line).date(flags.asOf)).toBe(date);
  });

  it.each(['2026-02-30', '2026-1-1', 'yesterday', '2026-01-31T12:00:00+08:00', '20260131'])(
    'refuse the date %s',
    (text) => {
      expect(failure(() => argumentsOf(`plan --as-of ${text}`).date(flags.asOf)).message).toContain(`not '${text}'`);
    },
  );

  it.each(['-1', '1.5', 'x', '1e3', '99999999999999999999'])('refuse the number %s', (text) => {
    const error = failure(() => argumentsOf(`plan --max-removals=${text}`).wholeNumber(flags.maxRemovals, 0));
    expect(error.message).toBe(`\`--max-removals\` must be a whole number of at least 0, not '${text}'`);
  });

  it('name the variable whose value is no good', () => {
    const error = failure(() =>
      argumentsOf('plan', { TALLYMAN_NETWORK: 'moon' }).oneOf(flags.network, ['public', 'vpc'], 'public'),
    );
    expect(error.message).toBe("`TALLYMAN_NETWORK` must be public, vpc, not 'moon'");
  });

  it('refuse a class that does not exist', () => {
    const error = failure(() => argumentsOf('plan --allow everything').someOf(flags.allow, ['delete', 'stop']));
    expect(error.message).toBe("`--allow` must be delete, stop, not 'everything'");
  });
});
