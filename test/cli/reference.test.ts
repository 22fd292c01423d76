import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.js';
import { flags } from '../../src/cli/flags.js';
import { habitualCommands, unbuiltCommands } from '../../src/cli/habits.js';
import { cliReference } from '../../src/cli/reference.js';

describe('docs/cli.md', () => {
  it('is what --help says; run scripts/generate-cli-docs.mjs after a change', () => {
    expect(readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')).toBe(cliReference());
  });
});

describe('the table of commands', () => {
  it('holds no flag twice in one command, by name or by letter', () => {
    for (const command of commands) {
      const names = command.flags.map(({ name }) => name);
      const letters = command.flags.flatMap(({ short }) => (short === undefined ? [] : [short]));
      expect(new Set(names).size).toBe(names.length);
      expect(new Set(letters).size).toBe(letters.length);
    }
  });

  it('uses every flag', () => {
    const used = new Set(commands.flatMap((command) => command.flags.map(({ name }) => name)));
    expect(
      Object.values(flags)
        .map(({ name }) => name)
        .filter((name) => !used.has(name)),
    ).toStrictEqual([]);
  });

  it('holds no command that is said not to be built, and no habit that is a command', () => {
    const names = commands.map(({ name }) => name);
    expect(names.filter((name) => unbuiltCommands.has(name) || habitualCommands.has(name))).toStrictEqual([]);
  });
});
