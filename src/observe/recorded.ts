import { compareText } from '../domain/address.js';
import { accountOf, type Desired } from '../domain/desired.js';
import type { Lock } from '../domain/lock.js';
import { isIn, type ObservedState } from '../domain/observed.js';
import type { AskedIds } from '../domain/snapshot.js';
import { adoptedIn, keysIn, lockedIn, scopesOf, sharedImages } from './observe.js';

/** What an observation asks for by ID, beside what it lists. */
export function askedIds(desired: Desired, lock: Lock): AskedIds {
  const scopes = scopesOf(desired);
  const images = scopes.flatMap((scope) =>
    lockedIn(desired, lock, scope).flatMap(({ imageIds }) =>
      imageIds.map((id) => `${scope.account} ${scope.region} ${id}`),
    ),
  );
  return {
    images: [...new Set(images)].sort(compareText),
    instances: scopes
      .flatMap((scope) => adoptedIn(desired, scope).map((id) => `${scope.account} ${scope.region} ${id}`))
      .sort(compareText),
  };
}

/**
 * What the manifests need to know and a recorded observation does not say: then nothing can be planned from it. Sorted, each
 * as words for a message; empty where it says everything.
 */
export function unknownFacts(
  desired: Desired,
  lock: Lock,
  observed: ObservedState,
  asked: AskedIds,
): readonly string[] {
  const known = { images: new Set(asked.images), instances: new Set(asked.instances) };
  const wanted = askedIds(desired, lock);
  const owned = new Set(observed.instances.map((one) => `${one.account} ${one.region} ${one.instanceId}`));
  const scopes = scopesOf(desired);
  return [
    ...scopes
      .filter((scope) => !observed.scopes.some((one) => isIn(one, scope)))
      .map(({ account, region }) => `account '${account}' in ${region}`),
    ...wanted.images.filter((image) => !known.images.has(image)).map((image) => `image '${idOf(image)}'`),
    ...wanted.instances
      .filter((instance) => !known.instances.has(instance) && !owned.has(instance))
      .map((instance) => `instance '${idOf(instance)}'`),
    ...scopes.flatMap((scope) => [
      ...keysIn(desired, scope)
        .filter((keyId) => !observed.keys.some((key) => key.keyId === keyId && isIn(key, scope)))
        .map((keyId) => `key '${keyId}' in ${scope.region}`),
      ...sharedImages(
        desired,
        lock,
        scope,
        observed.images.filter((image) => isOwnIn(image, scope)),
      )
        .filter((imageId) => !observed.shares.some((share) => share.imageId === imageId && isIn(share, scope)))
        .map((imageId) => `the accounts that '${imageId}' is shared with`),
      ...(needsRoles(desired, scope)
        ? observed.instances.filter((one) => isIn(one, scope) && one.ramRoleName === null)
        : []
      ).map(({ instanceId }) => `the role of '${instanceId}'`),
    ]),
  ];
}

function idOf(asked: string): string {
  return asked.slice(asked.lastIndexOf(' ') + 1);
}

function isOwnIn(
  image: ObservedState['images'][number],
  scope: { readonly account: string; readonly region: string },
): boolean {
  return image.ownerAlias === 'self' && isIn(image, scope);
}

function needsRoles(desired: Desired, scope: { readonly account: string; readonly region: string }): boolean {
  return desired.instances.some((one) => isIn(one, scope) && one.ramRoleName !== null);
}

/** Whether the accounts that were looked into are those of the project, under the same names. */
export function differingAccounts(
  desired: Desired,
  seen: readonly { readonly name: string; readonly uid: string }[],
): readonly string[] {
  return seen
    .filter(({ name }) => desired.project.accounts.some((account) => account.name === name))
    .filter(({ name, uid }) => accountOf(desired.project, name).uid !== uid)
    .map(({ name }) => name);
}
