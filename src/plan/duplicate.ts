import type { Address } from '../domain/address.js';
import type { Finding } from '../domain/finding.js';
import type { ObservedInstance } from '../domain/observed.js';
import type { Origin } from '../domain/origin.js';
import { tagKey } from '../domain/ownership.js';

/** Only a person can have made them, and only a person can tell which of them is meant. `at`: the manifest, if any. */
export function duplicateAt(at: Origin | null, address: Address, present: readonly ObservedInstance[]): Finding {
  const ids = present.map((one) => `'${one.instanceId}'`).join(' and ');
  return {
    ruleId: 'lifecycle/duplicate',
    severity: 'error',
    message: `${ids} both carry the tags of ${address}`,
    hint: `Find out which of them is the member, and remove the \`${tagKey.project}\` tag from the other. Nothing is done at this address until then.`,
    at,
    address,
    value: present.map((one) => one.instanceId).join(','),
    waiver: null,
    decidedBy: null,
    isInputError: false,
  };
}
