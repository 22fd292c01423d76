import type { Account, CredentialSource, Desired } from '../domain/desired.js';
import { TallymanError } from '../domain/errors.js';
import type { Scope } from '../domain/observed.js';
import { keysIn, scopesOf } from '../observe/observe.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import type { ServerTime } from '../ports/server-time.js';

/** One thing that was looked at. */
export interface HealthCheck {
  /** `clock`, `identity of prod`. */
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'problem';
  /** What was found, one line. */
  readonly message: string;
  /** What to do now; '' where nothing is to do. */
  readonly hint: string;
}

/** Requests whose time differs by more are refused. Source: ECS API reference, error InvalidTimeStamp.Expired. */
const skewMaxMs = 15 * 60 * 1000;
/** From here on it is said: clocks that drift go on drifting. */
const skewNotedMs = 60 * 1000;

export function checkClock({ host, dateMs, problem }: ServerTime, nowMs: number): HealthCheck {
  const name = 'clock';
  if (problem !== null) {
    const hint = 'Check name resolution, proxy and firewall; behind a VPC endpoint use `--network vpc`.';
    return { name: 'network', status: 'problem', message: `${host} does not answer: ${problem}`, hint };
  }
  if (dateMs === null) {
    return { name, status: 'warning', message: `${host} does not say its time`, hint: 'Compare the clock by hand.' };
  }
  const skewMs = nowMs - dateMs;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const message = seconds === 0 ? `as that of ${host}` : `${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} ${host}`;
  if (Math.abs(skewMs) < skewNotedMs) return { name, status: 'ok', message, hint: '' };
  const hint = 'Set the clock by NTP: requests that are off by 15 minutes are refused.';
  return { name, status: Math.abs(skewMs) < skewMaxMs ? 'warning' : 'problem', message, hint };
}

/** Asks what plan would ask, one question of each sort, and goes on after a refusal. Changes nothing. */
export async function checkAccounts(cloud: CloudReader, desired: Desired): Promise<readonly HealthCheck[]> {
  const checks: HealthCheck[] = [];
  for (const account of desired.project.accounts) {
    const scopes = scopesOf(desired).filter((scope) => scope.account === account.name);
    const [first] = scopes;
    if (first === undefined) continue;
    const identity = await checkIdentity(cloud, account, first);
    checks.push(identity);
    if (identity.status === 'problem') continue;
    for (const scope of scopes) checks.push(await checkPermissions(cloud, desired, scope));
  }
  return checks;
}

async function checkIdentity(cloud: CloudReader, account: Account, scope: Scope): Promise<HealthCheck> {
  const name = `account ${account.name}`;
  const source = sourceText(account.credentials);
  return attempt(name, async () => {
    const { accountId, arn } = await cloud.getCallerIdentity(scope);
    if (accountId === account.uid) return { name, status: 'ok', message: `${arn}, by ${source}`, hint: '' };
    const hint = `Give it credentials of '${account.uid}', or correct \`uid\` in ${account.origin.file}.`;
    const message = `the credentials (${source}) belong to '${accountId}', and the project says '${account.uid}'`;
    return { name, status: 'problem', message, hint };
  });
}

function sourceText(source: CredentialSource): string {
  switch (source.kind) {
    case 'profile':
      return `profile '${source.profile}'`;
    case 'role':
      return `role ${source.roleArn}`;
    case 'oidc':
      return `role ${source.roleArn} and an identity token`;
    case 'chain':
      return 'the official chain';
  }
}

async function checkPermissions(cloud: CloudReader, desired: Desired, scope: Scope): Promise<HealthCheck> {
  const name = `permissions of ${scope.account} in ${scope.region}`;
  const questions = [
    () => cloud.assertMayDescribeInstances(scope),
    () => cloud.describeImages(scope, { ownerAlias: 'self', isPublic: false }),
    () => cloud.describeDisks(scope, {}),
    () => cloud.describeSnapshots(scope, {}),
    ...keysIn(desired, scope).map((key) => () => cloud.describeKey(scope, key)),
  ];
  const refused: HealthCheck[] = [];
  for (const question of questions) {
    const check = await attempt(name, async () => {
      await question();
      return { name, status: 'ok', message: '', hint: '' };
    });
    if (check.status !== 'ok') refused.push(check);
  }
  if (refused.length === 0) {
    return { name, status: 'ok', message: `may look: ${questions.length} questions answered`, hint: '' };
  }
  return {
    name,
    status: 'problem',
    message: refused.map(({ message }) => message).join('; '),
    hint: [...refused.map(({ hint }) => hint), 'See what is needed:\n  tallyman permissions'].join('\n'),
  };
}

async function attempt(name: string, check: () => Promise<HealthCheck>): Promise<HealthCheck> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof TallymanError)) throw error;
    return { name, status: 'problem', message: error.message, hint: error.hint };
  }
}
