import { exitCode } from '../../domain/errors.js';
import { checkAccounts, checkClock, type HealthCheck } from '../../flows/doctor.js';
import { lint } from '../../flows/lint.js';
import { renderDoctorText } from '../../report/doctor-text.js';
import { renderJson } from '../../report/json.js';
import { count } from '../../report/words.js';
import { withReader } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { hasInputError } from '../exit-code.js';
import { environmentName } from '../flag.js';
import { flags } from '../flags.js';
import { writeOutputs } from '../outputs.js';
import { type LoadedProject, openProject, todayOf } from '../project.js';

/** Looks at everything that a plan rests on, and goes on after what is wrong. */
export async function run(context: CommandContext): Promise<number> {
  const loaded = await openProject(context);
  const settings = [program(context), ...givenSettings(context), projectCheck(context, loaded)];
  const manifests = await manifestsCheck(context, loaded);
  const cloud = manifests.status === 'problem' ? [] : await cloudChecks(context, loaded);
  const checks = [...settings, manifests, ...cloud];
  const code =
    manifests.status === 'problem'
      ? exitCode.input
      : checks.some(({ status }) => status === 'problem')
        ? exitCode.couldNotFinish
        : exitCode.done;
  await writeOutputs(context, {
    text: (options) => renderDoctorText(checks, options),
    json: () => renderJson({ format_version: '1.0', healthy: code === exitCode.done, checks }),
  });
  return code;
}

function ok(name: string, message: string): HealthCheck {
  return { name, status: 'ok', message, hint: '' };
}

function program({ runtime }: CommandContext): HealthCheck {
  return ok('program', `tallyman ${runtime.version}`);
}

/** What is not as it is by default, and where that was said. */
function givenSettings({ arguments: given, runtime }: CommandContext): readonly HealthCheck[] {
  return Object.values(flags)
    .filter((flag) => 'value' in flag && flag !== flags.output)
    .flatMap((flag) => {
      if (given.isGiven(flag)) return [setting(flag.name, given.texts(flag).join(', '), 'command line')];
      const variable = environmentName(flag);
      const value = 'isInEnvironment' in flag ? runtime.env[variable] : undefined;
      return value === undefined ? [] : [setting(flag.name, value, variable)];
    });
}

function setting(name: string, value: string, source: string): HealthCheck {
  return ok('setting', `${name}${value === '' ? '' : ` = ${value}`} (${source})`);
}

function projectCheck(
  { arguments: given }: CommandContext,
  { root, projectFile, project }: LoadedProject,
): HealthCheck {
  const how = given.text(flags.config) === undefined ? 'found from here upwards' : 'as named';
  const environment = project.environment === null ? '' : `, environment ${project.environment}`;
  return ok('project', `${root}/${projectFile}, ${how}${environment}`);
}

async function manifestsCheck(context: CommandContext, { project }: LoadedProject): Promise<HealthCheck> {
  const { diagnostics, summary } = lint(project, { today: await todayOf(context) });
  const name = 'manifests';
  const files = count(summary.files, 'file');
  if (project.desired === null || hasInputError(diagnostics)) {
    const message = `${count(summary.errors, 'error')} in ${files}`;
    return { name, status: 'problem', message, hint: 'See them:\n  tallyman lint' };
  }
  if (summary.errors === 0) return ok(name, `usable, ${files}`);
  const message = `usable, and policy finds ${count(summary.errors, 'error')} in ${files}`;
  return { name, status: 'warning', message, hint: 'See them:\n  tallyman lint' };
}

async function cloudChecks(context: CommandContext, { root, project }: LoadedProject): Promise<readonly HealthCheck[]> {
  const { runtime, arguments: given } = context;
  const { desired } = project;
  if (desired === null) return [];
  const { accounts, regions } = desired.project;
  return withReader(context, { root, accounts }, async ({ reader, endpoint }) => {
    const clock = await runtime.systemClock();
    const time = await runtime.serverTime({
      endpoint,
      allowCustomEndpoint: given.isOn(flags.allowCustomEndpoint),
      network: given.oneOf(flags.network, ['public', 'vpc'], 'public'),
      region: regions[0] ?? 'cn-hangzhou',
      timeoutMs: given.durationMs(flags.timeout, 30_000),
    });
    const clockCheck = checkClock(time, clock.now());
    // Nobody answers: every question would wait for as long and say the same.
    if (clockCheck.name === 'network') return [clockCheck];
    return [clockCheck, ...(await checkAccounts(reader, desired))];
  });
}
