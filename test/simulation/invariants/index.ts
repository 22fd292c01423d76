import type { Invariant } from '../invariant.js';
import { doneMeansDone } from './done-means-done.js';
import { encryptedWhereRequired } from './encrypted-where-required.js';
import { maxUnavailable } from './max-unavailable.js';
import { noDefect } from './no-defect.js';
import { noDuplicate } from './no-duplicate.js';
import { noNeedlessReplacement } from './no-needless-replacement.js';
import { noSecret } from './no-secret.js';
import { noUnknownOrphan } from './no-unknown-orphan.js';
import { nothingForeignTouched } from './nothing-foreign-touched.js';
import { nothingLeftStopped } from './nothing-left-stopped.js';
import { onlyTrustedImages } from './only-trusted-images.js';
import { planSaysWhatApplyDoes } from './plan-says-what-apply-does.js';
import { policyComesFirst } from './policy-comes-first.js';
import { tokens } from './tokens.js';
import { wantedState } from './wanted-state.js';

/** Beside these, `ends` and `converges` are judged where a story comes to its end. */
export const invariants: readonly Invariant[] = [
  doneMeansDone,
  encryptedWhereRequired,
  maxUnavailable,
  noDefect,
  noDuplicate,
  noNeedlessReplacement,
  noSecret,
  noUnknownOrphan,
  nothingForeignTouched,
  nothingLeftStopped,
  onlyTrustedImages,
  planSaysWhatApplyDoes,
  policyComesFirst,
  tokens,
  wantedState,
];
