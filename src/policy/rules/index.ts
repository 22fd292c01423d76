import type { AnyRule } from '../rule.js';
import { keyAllowed } from './encryption/key-allowed.js';
import { keyRegion } from './encryption/key-region.js';
import { noPlainFromEncrypted } from './encryption/no-plain-from-encrypted.js';
import { required } from './encryption/required.js';
import { sharedEncryptedImage } from './encryption/shared-encrypted-image.js';
import { unknown } from './encryption/unknown.js';
import { naming } from './hygiene/naming.js';
import { requiredTags } from './hygiene/required-tags.js';
import { waiver } from './hygiene/waiver.js';
import { duplicate } from './lifecycle/duplicate.js';
import { createOnly } from './manifest/create-only.js';
import { policyInput } from './manifest/policy.js';
import { allowed } from './region/allowed.js';
import { imageRegion } from './region/image-region.js';
import { sharedCopyRegion } from './region/shared-copy-region.js';
import { ambiguousSource } from './trust/ambiguous-source.js';
import { copyBeforeUse } from './trust/copy-before-use.js';
import { fingerprint } from './trust/fingerprint.js';
import { imageAge } from './trust/image-age.js';
import { imageUnavailable } from './trust/image-unavailable.js';
import { ownerMismatch } from './trust/owner-mismatch.js';
import { ownerRequired } from './trust/owner-required.js';
import { trustedOwner } from './trust/trusted-owner.js';
import { unlockedSource } from './trust/unlocked-source.js';

/** Every rule, by ID. */
export const rules: readonly AnyRule[] = [
  keyAllowed,
  keyRegion,
  noPlainFromEncrypted,
  required,
  sharedEncryptedImage,
  unknown,
  naming,
  requiredTags,
  waiver,
  duplicate,
  createOnly,
  policyInput,
  allowed,
  imageRegion,
  sharedCopyRegion,
  ambiguousSource,
  copyBeforeUse,
  fingerprint,
  imageAge,
  imageUnavailable,
  ownerMismatch,
  ownerRequired,
  trustedOwner,
  unlockedSource,
];

const ruleById = new Map(rules.map((rule) => [rule.id, rule]));

export function ruleNamed(id: string): AnyRule | undefined {
  return ruleById.get(id);
}
