import { suggestion } from '../scenario/did-you-mean.js';
import type { ScenarioImage, ScenarioInstance } from '../scenario/scenario.js';
import { imageProblems, instanceProblems, type PlacedProblem } from '../scenario/validate-scenario.js';
import { type KeyRow, keyStates, type Tags } from '../world/state.js';

/** Which fields each change has beside `op`; `idFields` all name the one thing that it is about. */
const fieldsByOp = {
  addImage: ['image'],
  share: ['account', 'accounts'],
  unshare: ['account', 'accounts'],
  deprecate: [],
  restore: [],
  deleteImage: ['force'],
  addInstance: ['instance'],
  stop: [],
  start: [],
  deleteInstance: ['force'],
  replaceSystemDisk: ['imageId', 'encrypted', 'kmsKeyId', 'sizeGiB'],
  resize: ['instanceType', 'sizeGiB'],
  setKeyState: ['state'],
  tag: ['tags'],
  untag: ['keys', 'tags'],
} as const;

export type ChangeOp = keyof typeof fieldsByOp;

export const changeOps = Object.keys(fieldsByOp) as readonly ChangeOp[];

const idFields = ['id', 'imageId', 'instanceId', 'diskId', 'snapshotId', 'keyId'] as const;

/**
 * What somebody else does to the emulated cloud, without an API call: the owner of an image, a person in the console.
 * It takes effect at once and asks nobody's permission.
 */
export interface WorldChange {
  readonly op: ChangeOp;
  /** The thing that it is about; `id` does for every kind of thing. */
  readonly id?: string;
  readonly imageId?: string;
  readonly instanceId?: string;
  readonly diskId?: string;
  readonly snapshotId?: string;
  readonly keyId?: string;
  /** addImage, addInstance: as in a scenario. */
  readonly image?: ScenarioImage;
  readonly instance?: ScenarioInstance;
  /** share, unshare: names of the scenario's accounts, or UIDs. */
  readonly account?: string;
  readonly accounts?: readonly string[];
  /** deleteImage, deleteInstance: false obeys what the console obeys; default true. */
  readonly force?: boolean;
  /** replaceSystemDisk; default: as the image is. */
  readonly encrypted?: boolean;
  readonly kmsKeyId?: string;
  /** replaceSystemDisk, resize. */
  readonly sizeGiB?: number;
  readonly instanceType?: string;
  readonly state?: KeyRow['state'];
  readonly tags?: Tags;
  readonly keys?: readonly string[];
}

/** The fields of the image, or of the instance, beside `op` instead of inside `image` or `instance`. */
export type FlatAddition =
  | ({ readonly op: 'addImage' } & ScenarioImage)
  | ({ readonly op: 'addInstance' } & ScenarioInstance);

export class ChangeRefused extends Error {
  override readonly name = 'ChangeRefused';
}

/** Reads JSON from outside. Throws ChangeRefused where it is no change. */
export function parseChange(value: unknown): WorldChange {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ChangeRefused('a change must be an object with an `op`');
  }
  const change = nested(value as Readonly<Record<string, unknown>>);
  const op = changeOps.find((each) => each === change['op']);
  if (op === undefined) {
    const text = String(change['op']);
    throw new ChangeRefused(
      `\`op\` must be one of ${changeOps.join(', ')}, not '${text}'${suggestion(text, changeOps)}`,
    );
  }
  assertFields(op, change);
  for (const [name, isFit, wanted] of shapes) {
    if (change[name] !== undefined && !isFit(change[name])) throw new ChangeRefused(`\`${name}\` must be ${wanted}`);
  }
  return change as unknown as WorldChange;
}

/** `{op: 'addImage', id, account, ...}` is `{op: 'addImage', image: {id, account, ...}}`. */
function nested(change: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { op, ...thing } = change;
  if (op === 'addImage' && change['image'] === undefined) return { op, image: thing };
  if (op === 'addInstance' && change['instance'] === undefined) return { op, instance: thing };
  return change;
}

function assertFields(op: ChangeOp, change: Readonly<Record<string, unknown>>): void {
  const isAddition = op === 'addImage' || op === 'addInstance';
  const known: readonly string[] = ['op', ...(isAddition ? [] : idFields), ...fieldsByOp[op]];
  const unknown = Object.keys(change).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ChangeRefused(`\`${unknown}\` is no field of ${op}${suggestion(unknown, known)}`);
}

type Shape = readonly [name: string, isFit: (value: unknown) => boolean, wanted: string];

const isText = (value: unknown): boolean => typeof value === 'string';
const isFlag = (value: unknown): boolean => typeof value === 'boolean';

const shapes: readonly Shape[] = [
  ...[...idFields, 'account', 'kmsKeyId', 'instanceType'].map((name): Shape => [name, isText, 'a string']),
  ...['accounts', 'keys'].map((name): Shape => [name, isTexts, 'a list of strings']),
  ...['force', 'encrypted'].map((name): Shape => [name, isFlag, 'true or false']),
  ['sizeGiB', (value) => Number.isSafeInteger(value) && Number(value) > 0, 'a whole number above 0'],
  ['state', (value) => keyStates.some((state) => state === value), `one of ${keyStates.join(', ')}`],
  ['tags', isTags, 'an object of strings'],
];

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isTags(value: unknown): boolean {
  return typeof value === 'object' && value !== null && isTexts(Object.values(value));
}

export function addedImage({ image }: WorldChange): ScenarioImage {
  return wellFormed('image', imageProblems(image ?? {}));
}

export function addedInstance({ instance }: WorldChange): ScenarioInstance {
  return wellFormed('instance', instanceProblems(instance ?? {}));
}

function wellFormed<T>(
  name: string,
  { problems, value }: { readonly problems: readonly PlacedProblem[]; readonly value?: T },
): T {
  if (value !== undefined) return value;
  throw new ChangeRefused(`\`${name}\`: ${problems.map(({ message }) => message).join('; ')}`);
}
