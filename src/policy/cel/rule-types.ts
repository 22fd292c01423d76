import type { ResourceKind } from '../rule.js';
import { manifestTypes } from './generated/manifest-types.js';

/** Fields of a message and their types, in the words of CEL. */
export type Fields = Readonly<Record<string, string>>;

const lockedImage = {
  source: 'string',
  region: 'string',
  imageId: 'string',
  owner: 'string',
  name: 'string',
  createdAt: 'google.protobuf.Timestamp',
  sizeGiB: 'double',
  // Absent where nobody knows.
  encrypted: 'bool',
} as const satisfies Fields;

/** Types of everything that a rule can look at, by name. Numbers are doubles, as all numbers of JSON are. */
export const messageTypes: Readonly<Record<string, Fields>> = {
  ...manifestTypes,
  LockedImage: lockedImage,
  LiveImage: {
    ...lockedImage,
    status: 'string',
    family: 'string',
    architecture: 'string',
    osType: 'string',
    isPublic: 'bool',
    tags: 'map<string, string>',
  },
  PlannedAction: { kind: 'string', address: 'string', reason: 'string', class: 'string' },
  ProjectFacts: { name: 'string', environment: 'string', regions: 'list<string>', accounts: 'list<AccountFacts>' },
  AccountFacts: { name: 'string', uid: 'string' },
};

/** Every word that a rule of the stage can begin with, by type. */
export function variablesFor(kind: ResourceKind, stage: 'lint' | 'plan'): Fields {
  return {
    resource: kind,
    source: 'ImageSource',
    image: stage === 'plan' ? 'LiveImage' : 'LockedImage',
    ...(stage === 'plan' ? { action: 'PlannedAction' } : {}),
    project: 'ProjectFacts',
    account: 'AccountFacts',
    now: 'google.protobuf.Timestamp',
  };
}
