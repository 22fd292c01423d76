import type { AnyRule } from '../rule.js';
import { keyAllowed } from './encryption/key-allowed.js';
import { keyRegion } from './encryption/key-region.js';
import { noPlainFromEncrypted } from './encryption/no-plain-from-encrypted.js';
import { required } from './encryption/required.js';
import { shareServiceKey } from './encryption/share-service-key.js';
import { sharedEncryptedImage } from './encryption/shared-encrypted-image.js';
import { unknown } from './encryption/unknown.js';
import { naming } from './hygiene/naming.js';
import { policyLoosened } from './hygiene/policy-loosened.js';
import { requiredTags } from './hygiene/required-tags.js';
import { secretInUserData } from './hygiene/secret-in-user-data.js';
import { waiver } from './hygiene/waiver.js';
import { deletionProtection } from './lifecycle/deletion-protection.js';
import { duplicate } from './lifecycle/duplicate.js';
import { prepaid } from './lifecycle/prepaid.js';
import { systemDiskReplaced } from './lifecycle/system-disk-replaced.js';
import { unshareImpact } from './lifecycle/unshare-impact.js';
import { createOnly } from './manifest/create-only.js';
import { imageSize } from './manifest/image-size.js';
import { policyInput } from './manifest/policy.js';
import { allowed } from './region/allowed.js';
import { imageRegion } from './region/image-region.js';
import { residency } from './region/residency.js';
import { sharedCopyRegion } from './region/shared-copy-region.js';
import { ambiguousSource } from './trust/ambiguous-source.js';
import { communityImage } from './trust/community-image.js';
import { copyBeforeUse } from './trust/copy-before-use.js';
import { dataDiskSnapshots } from './trust/data-disk-snapshots.js';
import { deprecatedImage } from './trust/deprecated-image.js';
import { fingerprint } from './trust/fingerprint.js';
import { imageAge } from './trust/image-age.js';
import { imageHardening } from './trust/image-hardening.js';
import { imageUnavailable } from './trust/image-unavailable.js';
import { marketplaceImage } from './trust/marketplace-image.js';
import { ownerMismatch } from './trust/owner-mismatch.js';
import { ownerRequired } from './trust/owner-required.js';
import { passwordInherit } from './trust/password-inherit.js';
import { shareSourceDisappeared } from './trust/share-source-disappeared.js';
import { shareTarget } from './trust/share-target.js';
import { trustedOwner } from './trust/trusted-owner.js';
import { unlockedSource } from './trust/unlocked-source.js';

/** Every rule, by ID. */
export const rules: readonly AnyRule[] = [
  keyAllowed,
  keyRegion,
  noPlainFromEncrypted,
  required,
  shareServiceKey,
  sharedEncryptedImage,
  unknown,
  naming,
  policyLoosened,
  requiredTags,
  secretInUserData,
  waiver,
  deletionProtection,
  duplicate,
  prepaid,
  systemDiskReplaced,
  unshareImpact,
  createOnly,
  imageSize,
  policyInput,
  allowed,
  imageRegion,
  residency,
  sharedCopyRegion,
  ambiguousSource,
  communityImage,
  copyBeforeUse,
  dataDiskSnapshots,
  deprecatedImage,
  fingerprint,
  imageAge,
  imageHardening,
  imageUnavailable,
  marketplaceImage,
  ownerMismatch,
  ownerRequired,
  passwordInherit,
  shareSourceDisappeared,
  shareTarget,
  trustedOwner,
  unlockedSource,
];

const ruleById = new Map(rules.map((rule) => [rule.id, rule]));

export function ruleNamed(id: string): AnyRule | undefined {
  return ruleById.get(id);
}
