// The job's identity token, which RAM exchanges for keys: no secret is stored anywhere.
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { required, StepError } from './workflow.mjs';

const audience = 'sts.aliyuncs.com';
/** A token is good for five minutes; keys are asked for anew before they expire, which may be an hour later. */
const renewEveryMs = 4 * 60 * 1000;

/**
 * Asks for a token where the inputs ask for one, and keeps it fresh until `forget` is called. `env`: where the tool
 * looks for the role.
 */
export async function keepToken(folder, { roleArn, providerArn, tokenFile }) {
  if (roleArn === '' && providerArn === '' && tokenFile === '') return { env: {}, forget: () => undefined };
  if ((roleArn === '') !== (providerArn === ''))
    throw new StepError('`role-arn` and `oidc-provider-arn` need each other');
  const file = tokenFile === '' ? join(folder, 'identity-token') : resolve(required('GITHUB_WORKSPACE'), tokenFile);
  const first = await fetchToken();
  process.stdout.write(`::add-mask::${first}\n`);
  write(file, first);
  // Never said to the runner: while tallyman speaks the runner reads no commands, and would print it instead.
  const timer = setInterval(() => {
    fetchToken()
      .then((token) => write(file, token))
      .catch((error) => process.stderr.write(`the identity token could not be renewed: ${error.message}\n`));
  }, renewEveryMs);
  return {
    env: roleArn === '' ? {} : roleEnvironment({ roleArn, providerArn, file }),
    forget() {
      clearInterval(timer);
      rmSync(file, { force: true });
    },
  };
}

/** The name of the session says in ActionTrail which run it was. */
function roleEnvironment({ roleArn, providerArn, file }) {
  const run = `${process.env.GITHUB_REPOSITORY ?? 'repository'}-${process.env.GITHUB_RUN_ID ?? '0'}`;
  return {
    ALIBABA_CLOUD_ROLE_ARN: roleArn,
    ALIBABA_CLOUD_OIDC_PROVIDER_ARN: providerArn,
    ALIBABA_CLOUD_OIDC_TOKEN_FILE: file,
    ALIBABA_CLOUD_ROLE_SESSION_NAME: run.replaceAll(/[^\w.@-]/g, '-').slice(-64),
  };
}

async function fetchToken() {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = process.env;
  if (!url || !bearer) {
    throw new StepError('the job has no identity: give it `permissions: {id-token: write}`; jobs of forks get none');
  }
  const address = new URL(url);
  address.searchParams.set('audience', audience);
  const answer = await fetch(address, { headers: { authorization: `Bearer ${bearer}` }, redirect: 'error' });
  if (!answer.ok) throw new StepError(`the request for an identity token was answered with ${answer.status}`);
  const { value } = await answer.json();
  if (typeof value !== 'string' || value === '') throw new StepError('the answer holds no identity token');
  return value;
}

/** Whole at any time, for us alone. */
function write(file, token) {
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.next`;
  writeFileSync(next, token, { mode: 0o600 });
  chmodSync(next, 0o600);
  renameSync(next, file);
}
