// Runs tallyman: people read the log and the summary, the runner its annotations, later steps the outputs.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { keepToken } from './identity-token.mjs';
import { annotate, required, setOutputs, step, StepError } from './workflow.mjs';

/** What each command can be asked for; `planFile`: the flag before the file, '' where it is the operand. */
const commands = {
  lint: { reads: ['base-ref', 'fail-on'], hasFindings: true },
  audit: { reads: ['env', 'fail-on'], hasFindings: true },
  plan: { reads: ['env', 'base-ref', 'plan-file', 'snapshot'], hasFindings: true, planFile: '--out' },
  drift: { reads: ['env'], hasFindings: true },
  apply: { reads: ['env', 'plan-file', 'plan-digest', 'audit-log'], planFile: '' },
  update: { reads: ['env'] },
  snapshot: { reads: ['env', 'plan-file'], planFile: '--out', isSilent: true },
};
const workspace = () => required('GITHUB_WORKSPACE');

/** An input as it was given, without blanks around it. */
function input(name) {
  return (process.env[`INPUT_${name.toUpperCase().replaceAll('-', '_')}`] ?? '').trim();
}

function lines(name) {
  return input(name)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

await step(async () => {
  const name = input('command');
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    throw new StepError(`\`command\` must be one of ${Object.keys(commands).join(', ')}, not '${name}'`);
  }
  const onlyElsewhere = ['fail-on', 'plan-file', 'plan-digest', 'snapshot', 'audit-log', 'base-ref', 'env'];
  const stray = onlyElsewhere.find((one) => input(one) !== '' && !command.reads.includes(one));
  if (stray !== undefined) throw new StepError(`\`${stray}\` means nothing to \`command: ${name}\``);
  const folder = mkdtempSync(join(required('RUNNER_TEMP'), 'tallyman-'));
  const files = filesOf(command, folder);
  const written = (file) => (file !== undefined && existsSync(file) ? file : '');
  const words = wordsOf(name, command, files);
  const token = await keepToken(folder, {
    roleArn: input('role-arn'),
    providerArn: input('oidc-provider-arn'),
    tokenFile: input('oidc-token-file'),
  });
  let code;
  try {
    code = await runTool(words, token.env);
  } finally {
    token.forget();
  }
  const report = written(files.markdown);
  if (written(files.github) !== '') process.stdout.write(readFileSync(files.github, 'utf8'));
  if (report !== '') appendFileSync(required('GITHUB_STEP_SUMMARY'), readFileSync(report));
  const facts = factsOf(files.json);
  // A newer image is no failure here: that is what `changes` is for.
  const failed = code !== 0 && !(name === 'update' && code === 2);
  if (failed && report === '') {
    annotate('error', `\`tallyman ${name}\` ended with exit code ${code}: the log says why`);
  }
  setOutputs({
    'exit-code': code,
    failed,
    ...facts,
    'plan-file': name === 'apply' ? '' : written(planFile()),
    'sarif-file': written(files.sarif),
    'report-file': report,
  });
});

/** Formats that go to files of the action's own. */
function filesOf({ hasFindings, isSilent }, folder) {
  if (isSilent) return {};
  return {
    json: join(folder, 'result.json'),
    markdown: join(folder, 'report.md'),
    ...(hasFindings ? { sarif: join(folder, 'result.sarif'), github: join(folder, 'annotations.txt') } : {}),
  };
}

/** Undefined where none is named. */
function planFile() {
  return input('plan-file') === '' ? undefined : resolve(workspace(), input('plan-file'));
}

function wordsOf(name, command, files) {
  const given = (one) => input(one) !== '' && command.reads.includes(one);
  const base =
    input('base-ref') === '' && process.env.GITHUB_BASE_REF
      ? `origin/${process.env.GITHUB_BASE_REF}`
      : input('base-ref');
  const outputs = Object.entries(files).map(([format, file]) => `${format}=${file}`);
  const further = lines('output').map((line) => {
    const [format = '', ...file] = line.split('=');
    if (file.length === 0) throw new StepError(`\`output\` must be FORMAT=FILE, not '${line}': the log is text`);
    return `${format}=${resolve(workspace(), file.join('='))}`;
  });
  const targets = [...outputs, ...further];
  return [
    name,
    '--no-input',
    ...(targets.length === 0 ? [] : ['-o', 'text', ...targets.flatMap((target) => ['-o', target])]),
    ...(given('env') ? ['--env', input('env')] : []),
    ...(base !== '' && command.reads.includes('base-ref') ? ['--base-ref', base] : []),
    ...(given('fail-on') ? ['--fail-on', input('fail-on')] : []),
    ...(given('snapshot') ? ['--snapshot', resolve(workspace(), input('snapshot'))] : []),
    ...(given('plan-digest') ? ['--plan-digest', input('plan-digest')] : []),
    ...(given('audit-log') ? ['--audit-log', resolve(workspace(), input('audit-log'))] : []),
    ...lines('args'),
    ...(given('plan-file') && command.planFile !== '' ? [command.planFile, planFile()] : []),
    ...(given('plan-file') && command.planFile === '' ? [planFile()] : []),
  ];
}

/**
 * Text for people holds names from manifests and from the cloud, so the runner reads no commands until it is over. The
 * tool does not get what asks for identity tokens.
 */
function runTool(words, env) {
  const rest = Object.entries(process.env).filter(([name]) => !name.startsWith('ACTIONS_ID_TOKEN_REQUEST_'));
  const end = randomBytes(16).toString('hex');
  process.stdout.write(`::stop-commands::${end}\n`);
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [required('TOOL'), ...words], {
      cwd: resolve(workspace(), input('path')),
      env: { ...Object.fromEntries(rest), ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    // The runner sends a signal when a job is cancelled: tallyman finishes the write in flight and says what is left.
    const passOn = (signal) => child.kill(signal);
    process.on('SIGINT', passOn).on('SIGTERM', passOn);
    child.once('error', fail);
    child.once('close', (code, signal) => {
      process.stdout.write(`\n::${end}::\n`);
      done(code ?? (signal === 'SIGKILL' ? 137 : 1));
    });
  });
}

function factsOf(file) {
  if (file === undefined || !existsSync(file))
    return { changes: '', errors: '', warnings: '', 'plan-digest': '', 'lock-file': '' };
  const result = JSON.parse(readFileSync(file, 'utf8'));
  const plan = result.plan ?? result;
  const findings = (plan.findings ?? plan.diagnostics ?? []).filter(({ waiver }) => waiver === null);
  const count = (severity) => findings.filter((finding) => finding.severity === severity).length;
  return {
    changes: changesOf(result),
    errors: count('error'),
    warnings: count('warning'),
    'plan-digest': plan.plan_digest ?? '',
    'lock-file': result.lock_file ?? '',
  };
}

/** Of a plan its actions, of an update its entries, of drift whether there is some; a check changes nothing. */
function changesOf({ plan, actions = plan?.actions, changes, drifted }) {
  if (drifted !== undefined) return String(drifted);
  if (actions !== undefined) return String(actions.length > 0);
  if (changes !== undefined) return String(changes.some(({ kind }) => kind !== 'unchanged'));
  return '';
}
