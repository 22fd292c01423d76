import type { Account, Desired } from '../domain/desired.js';
import { TallymanError } from '../domain/errors.js';
import type { CloudReader } from '../ports/cloud-reader.js';

/**
 * Each account's credentials must belong to the account that the project declares, before any other call is made: keys
 * of the wrong account would find nothing there, and everything would be made a second time.
 */
export async function verifyIdentities(cloud: CloudReader, desired: Desired): Promise<void> {
  const region = desired.project.regions[0] ?? 'cn-hangzhou';
  await Promise.all(desired.project.accounts.map((account) => verifyIdentity(cloud, account, region)));
}

async function verifyIdentity(cloud: CloudReader, account: Account, region: string): Promise<void> {
  const identity = await cloud.getCallerIdentity({ account: account.name, region });
  if (identity.accountId === account.uid) return;
  throw new TallymanError(
    'cloud/identity',
    `the credentials of account '${account.name}' belong to account '${identity.accountId}', and the project declares \`uid\` '${account.uid}'`,
    `Give account '${account.name}' credentials of '${account.uid}', or correct its \`uid\` in ${account.origin.file}.`,
  );
}
