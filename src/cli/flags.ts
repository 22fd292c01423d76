import type { Flag } from './flag.js';

/** Every flag of every command. */
export const flags = {
  help: { name: 'help', short: 'h', summary: 'show this help' },
  chdir: { name: 'chdir', short: 'C', value: 'DIR', summary: 'work as if started in DIR' },
  config: {
    name: 'config',
    short: 'c',
    value: 'FILE',
    isInEnvironment: true,
    summary: 'the project file (default: the nearest tallyman.yaml, from here upwards)',
  },
  filename: {
    name: 'filename',
    short: 'f',
    value: 'PATH',
    isRepeatable: true,
    summary:
      'report and act only on what this file, directory or glob declares; the whole project is loaded all the same',
  },
  output: {
    name: 'output',
    short: 'o',
    value: 'FORMAT[=FILE]',
    isRepeatable: true,
    isInEnvironment: true,
    summary: 'format of the result, and where it goes; at most one without FILE',
  },
  quiet: { name: 'quiet', short: 'q', summary: 'no progress and no notes on standard error' },
  verbose: { name: 'verbose', short: 'v', summary: 'more on standard error: every call, and stacks of bugs' },
  logFormat: {
    name: 'log-format',
    value: 'text|json',
    isInEnvironment: true,
    summary: 'format of the log on standard error (default: text)',
  },
  color: {
    name: 'color',
    value: 'auto|always|never',
    isInEnvironment: true,
    summary: 'colours (default: auto; NO_COLOR, FORCE_COLOR and TERM=dumb count too)',
  },
  noColor: { name: 'no-color', summary: 'the same as --color never' },
  noInput: { name: 'no-input', isInEnvironment: true, summary: 'never ask' },
  timeout: {
    name: 'timeout',
    value: 'DURATION',
    isInEnvironment: true,
    summary: 'bound of one network call (default: 30s)',
  },
  asOf: {
    name: 'as-of',
    value: 'DATE',
    isInEnvironment: true,
    summary: 'judge as of this date (2026-01-31 or 2026-01-31T12:00:00Z)',
  },
  failOn: {
    name: 'fail-on',
    value: 'error|warning|info|none',
    isInEnvironment: true,
    summary: 'the least severity that gives exit code 3 (default: error)',
  },
  maxWarnings: {
    name: 'max-warnings',
    value: 'N',
    isInEnvironment: true,
    summary: 'more warnings than this give exit code 3',
  },
  showWaived: { name: 'show-waived', summary: 'show waived findings too' },
  check: { name: 'check', summary: 'look only: exit code 2 when something newer exists, nothing is written' },
  source: { name: 'source', value: 'NAME', summary: 'only this ImageSource' },
  out: { name: 'out', value: 'FILE', summary: 'save the plan, for `tallyman apply FILE` (mode 0600)' },
  detailedExitcode: { name: 'detailed-exitcode', summary: 'exit code 2 when there are changes' },
  showUnchanged: { name: 'show-unchanged', summary: 'show what stays as it is too' },
  target: {
    name: 'target',
    value: 'ADDRESS',
    isRepeatable: true,
    summary: 'act only on this address, or on all below a prefix that ends at /',
  },
  exclude: {
    name: 'exclude',
    value: 'ADDRESS',
    isRepeatable: true,
    summary: 'act on everything but this address or prefix',
  },
  prune: { name: 'prune', summary: 'delete what carries our tags and no manifest wants' },
  allow: {
    name: 'allow',
    value: 'CLASS',
    isRepeatable: true,
    summary: 'allow a destructive class: delete, replace-system-disk, stop or unshare',
  },
  allowEmpty: { name: 'allow-empty', summary: 'go on although no manifest holds a resource' },
  maxRemovals: {
    name: 'max-removals',
    value: 'N',
    summary: 'how many removals are allowed (default: the project says)',
  },
  retryRejected: { name: 'retry-rejected', summary: 'move members onto an image that failed on them before' },
  parallelism: {
    name: 'parallelism',
    value: 'N',
    isInEnvironment: true,
    summary: 'how many actions run at once (default: 10)',
  },
  autoApprove: { name: 'auto-approve', short: 'y', summary: 'do not ask before writing' },
  yes: { name: 'yes', summary: 'the same as --auto-approve' },
  noWait: { name: 'no-wait', summary: 'start image copies and leave; exit code 6, and the next run goes on' },
  planMaxAge: {
    name: 'plan-max-age',
    value: 'DURATION',
    isInEnvironment: true,
    summary: 'refuse a saved plan that is older (default: 24h)',
  },
  planDigest: {
    name: 'plan-digest',
    value: 'SHA',
    isInEnvironment: true,
    summary: 'refuse a saved plan whose plan_digest is another',
  },
  auditLog: {
    name: 'audit-log',
    value: 'FILE',
    isInEnvironment: true,
    summary: 'append a line of JSON before and after every write (mode 0600)',
  },
  endpoint: {
    name: 'endpoint',
    value: 'URL',
    isInEnvironment: true,
    summary: 'where the API is: an https host of Alibaba Cloud, or an emulator on http://127.0.0.1:PORT',
  },
  allowCustomEndpoint: { name: 'allow-custom-endpoint', summary: "permit an https host that is not Alibaba Cloud's" },
  network: {
    name: 'network',
    value: 'public|vpc',
    isInEnvironment: true,
    summary: "which of the service's endpoints are used (default: public)",
  },
  emulator: {
    name: 'emulator',
    value: 'SCENARIO',
    isInEnvironment: true,
    takesNext: (word) => /\.(ya?ml|json)$/i.test(word),
    summary:
      'work on an emulated cloud (default scenario: scenario.yaml beside tallyman.yaml; state: .tallyman/emulator/)',
  },
  emulatorReset: { name: 'emulator-reset', summary: 'forget the state of the emulated cloud first' },
  scenario: { name: 'scenario', value: 'FILE', summary: 'what the emulated cloud holds (default: scenario.yaml)' },
  port: { name: 'port', value: 'N', summary: 'port on 127.0.0.1 (default: any free one)' },
  state: { name: 'state', value: 'DIR', summary: 'keep the world in this folder (default: in memory)' },
  speed: { name: 'speed', value: 'N', summary: 'emulated seconds a real second (default: the scenario says)' },
} as const satisfies Readonly<Record<string, Flag>>;

export const commonFlags: readonly Flag[] = [
  flags.chdir,
  flags.config,
  flags.quiet,
  flags.verbose,
  flags.logFormat,
  flags.color,
  flags.noColor,
  flags.noInput,
  flags.timeout,
  flags.help,
];

export const cloudFlags: readonly Flag[] = [
  flags.endpoint,
  flags.allowCustomEndpoint,
  flags.network,
  flags.emulator,
  flags.emulatorReset,
];

/** What decides what a plan may do. A saved plan holds all of it, so that none may stand beside one. */
export const planningFlags: readonly Flag[] = [
  flags.filename,
  flags.target,
  flags.exclude,
  flags.prune,
  flags.allow,
  flags.allowEmpty,
  flags.maxRemovals,
  flags.retryRejected,
];
