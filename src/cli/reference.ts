import { commands } from './commands.js';
import { unbuiltCommands } from './habits.js';
import { commandHelp, overviewHelp } from './help.js';

/** The page docs/cli.md: what `--help` says, of the program and of each command. */
export function cliReference(): string {
  return [
    '# Command line',
    '',
    '<!-- Generated from `tallyman --help`: change src/cli, then run `npm run build` and',
    '     `node scripts/generate-cli-docs.mjs`. -->',
    '',
    fenced(overviewHelp()),
    ...commands.flatMap((command) => [`## tallyman ${command.name}`, '', fenced(commandHelp(command))]),
    '## Not built in this version',
    '',
    'These commands end with exit code 4 and say what to use instead.',
    '',
    ...[...unbuiltCommands].map(([name, advice]) => `- \`${name}\`: ${advice}`),
    '',
  ].join('\n');
}

function fenced(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
}
