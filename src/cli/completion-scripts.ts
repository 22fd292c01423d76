import type { CompletedCommand, CompletedFlag, Expected } from './completion.js';

/** The scripts are static: a key press starts no process. */
export const completionScripts: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

function bashScript(commands: readonly CompletedCommand[]): string {
  const valued = [
    ...new Set(commands.flatMap(({ flags }) => flags.filter(({ value }) => value !== null).flatMap(dashed))),
  ];
  const perCommand = commands.map(({ name, flags, operands }) => {
    const values = flags.flatMap((flag) => {
      return flag.value === null ? [] : [`      ${dashed(flag).join('|')}) ${bashReply(flag.value)}; return ;;`];
    });
    return [
      `  ${name})`,
      '    case $prev in',
      ...values,
      '    esac',
      `    case $cur in -*) COMPREPLY=($(compgen -W "${flags.flatMap(dashed).join(' ')}" -- "$cur")); return ;; esac`,
      `    ${operands === null ? ':' : bashReply(operands)} ;;`,
    ].join('\n');
  });
  return `# bash completion of tallyman: source it, or put it where bash looks for completions.
_tallyman() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
    ${valued.join('|')}) ((i++)) ;;
    -*) ;;
    *) command=$word; break ;;
    esac
  done
  case $command in
  '') COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} --help --version" -- "$cur")) ;;
${perCommand.join('\n')}
  esac
}
complete -F _tallyman tallyman
`;
}

function bashReply(expected: Expected): string {
  switch (expected.kind) {
    case 'words':
      return `COMPREPLY=($(compgen -W "${expected.words.join(' ')}" -- "$cur"))`;
    case 'files':
      return 'COMPREPLY=($(compgen -f -- "$cur"))';
    case 'folders':
      return 'COMPREPLY=($(compgen -d -- "$cur"))';
    case 'text':
      return 'COMPREPLY=()';
  }
}

function dashed({ name, short }: CompletedFlag): readonly string[] {
  return short === null ? [`--${name}`] : [`--${name}`, `-${short}`];
}

function zshScript(commands: readonly CompletedCommand[]): string {
  const perCommand = commands.map(({ name, flags, operands }) => {
    const specs = [...flags.map(zshFlag), ...(operands === null ? [] : [`'*:argument:${zshAction(operands)}'`])];
    return `    ${name})\n      _arguments -s -S ${specs.map((spec) => `\\\n        ${spec}`).join(' ')} ;;`;
  });
  return `#compdef tallyman
# zsh completion of tallyman: save it as _tallyman in a folder of $fpath.
_tallyman() {
  local state line
  _arguments -C '1:command:->command' '*::argument:->argument'
  case $state in
  command)
    local -a commands=(
${commands.map(({ name, summary }) => `      ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`).join('\n')}
    )
    _describe command commands ;;
  argument)
    case $line[1] in
${perCommand.join('\n')}
    esac ;;
  esac
}
_tallyman "$@"
`;
}

function zshFlag(flag: CompletedFlag): string {
  const help = `[${flag.summary.replaceAll(/[[\]\\:]/g, '\\$&')}]`;
  const value = flag.value === null ? '' : `:value:${zshAction(flag.value)}`;
  const names = dashed(flag);
  return names.length === 1
    ? quoted(`*${names[0]}${help}${value}`)
    : `'*'{${names.join(',')}}${quoted(`${help}${value}`)}`;
}

function zshAction(expected: Expected): string {
  switch (expected.kind) {
    case 'words':
      return `(${expected.words.join(' ')})`;
    case 'files':
      return '_files';
    case 'folders':
      return '_files -/';
    case 'text':
      return ' ';
  }
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const lines = commands.flatMap(({ name, summary, flags, operands }) => {
    const here = `complete -c tallyman -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
    return [
      `complete -c tallyman -n ${quoted(`not __fish_seen_subcommand_from ${names}`)} -a ${name} -d ${quoted(summary)}`,
      ...flags.map(({ name: flag, short, summary: text, value }) => {
        const named = `-l ${flag}${short === null ? '' : ` -s ${short}`}`;
        return `${here} ${named}${value === null ? '' : ` ${fishValue(value)}`} -d ${quoted(text)}`;
      }),
      ...(operands === null ? [] : [`${here} ${fishOperands(operands)}`]),
    ];
  });
  return `# fish completion of tallyman: save it as tallyman.fish in ~/.config/fish/completions.
complete -c tallyman -f
${lines.join('\n')}
`;
}

function fishValue(expected: Expected): string {
  switch (expected.kind) {
    case 'words':
      return `-x -a ${quoted(expected.words.join(' '))}`;
    case 'files':
      return '-r -F';
    case 'folders':
      return "-x -a '(__fish_complete_directories)'";
    case 'text':
      return '-x';
  }
}

function fishOperands(expected: Expected): string {
  return expected.kind === 'words' ? `-a ${quoted(expected.words.join(' '))}` : '-F';
}

/** In single quotes, as all three shells read them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
