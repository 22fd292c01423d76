import type { Fault } from '../faults/fault.js';
import { ecsOperationNames } from '../operations/ecs-operation-names.js';
import { isRegion, regionIds } from '../world/geography.js';
import { switchDefinitions } from '../world/settings.js';
import { suggestion } from './did-you-mean.js';
import { isFault, isScenario, isScenarioImage, isScenarioInstance, type Validator } from './generated/validators.js';
import type { ScenarioImage, ScenarioInstance, ScenarioSpec } from './scenario.js';
import type { SchemaError } from './schema-error.js';

/** A problem whose place is still a path into the document. */
export interface PlacedProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The key itself is wrong, not its value. */
  readonly isAboutKey?: boolean;
}

/** All that is wrong with a parsed document; none: it is a Scenario. */
export function problemsOf(document: unknown): readonly PlacedProblem[] {
  if (!isScenario(document)) return (isScenario.errors ?? []).filter(isTelling).map(problemOf);
  return semanticProblems(document.spec);
}

/** One fault, image or instance that comes in while the emulator runs. */
export function faultProblems(value: unknown): { readonly problems: readonly PlacedProblem[]; readonly value?: Fault } {
  return checked(isFault, value, (fault) => operationProblems(fault.action, ['action']));
}

export function imageProblems(value: unknown): {
  readonly problems: readonly PlacedProblem[];
  readonly value?: ScenarioImage;
} {
  return checked(isScenarioImage, value, (image) => regionProblems(image, []));
}

export function instanceProblems(value: unknown): {
  readonly problems: readonly PlacedProblem[];
  readonly value?: ScenarioInstance;
} {
  return checked(isScenarioInstance, value, (instance) => regionProblems(instance, []));
}

function checked<T>(
  isValid: Validator<T>,
  value: unknown,
  check: (value: T) => readonly PlacedProblem[],
): { readonly problems: readonly PlacedProblem[]; readonly value?: T } {
  if (!isValid(value)) return { problems: (isValid.errors ?? []).filter(isTelling).map(problemOf) };
  const problems = check(value);
  return problems.length > 0 ? { problems } : { problems, value };
}

/** What ajv says about the branches of a choice is noise beside the choice itself. */
function isTelling(error: SchemaError): boolean {
  return error.keyword !== 'if' && !/\/oneOf\/\d/.test(error.schemaPath);
}

function problemOf(error: SchemaError): PlacedProblem {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  const field = path.length === 0 ? 'the document' : `\`${path.join('.')}\``;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(error.params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      return {
        path: [...path, name],
        isAboutKey: true,
        message: `\`${name}\` is no field here${suggestion(name, known)}`,
      };
    }
    case 'required':
      return { path, message: `${field} must have the field \`${String(error.params['missingProperty'])}\`` };
    case 'enum': {
      const allowed = (error.params['allowedValues'] as readonly unknown[]).map(String);
      const text = String(error.data);
      return {
        path,
        message: `${field} must be one of ${allowed.join(', ')}, not '${text}'${suggestion(text, allowed)}`,
      };
    }
    case 'const':
      return { path, message: `${field} must be '${String(error.params['allowedValue'])}'` };
    case 'oneOf': {
      const branches = error.schema as readonly { readonly required?: readonly string[] }[];
      const names = branches.flatMap(({ required = [] }) => required.map((name) => `\`${name}\``));
      return { path, message: `${field} must have either ${names.join(' or ')}` };
    }
    case 'type':
      return { path, message: typeMessage(field, error) };
    default:
      return { path, message: `${field} ${error.message ?? 'is not valid'}` };
  }
}

/** A UID may be larger than what a number can hold exactly, so a number never stands for one. */
function typeMessage(field: string, error: SchemaError): string {
  const wanted = String(error.params['type']).replaceAll(',', ' or ');
  const isUnquoted = wanted.startsWith('string') && (typeof error.data === 'number' || typeof error.data === 'boolean');
  return isUnquoted ? `${field} must be a string: put it in quotes` : `${field} must be of type ${wanted}`;
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function semanticProblems(spec: ScenarioSpec): readonly PlacedProblem[] {
  return [
    ...duplicates(spec.accounts, 'accounts', 'uid'),
    ...duplicates(spec.accounts, 'accounts', 'name'),
    ...duplicateKeys(spec),
    ...placedThings(spec),
    ...(spec.faults ?? []).flatMap((fault, index) =>
      operationProblems(fault.action, ['spec', 'faults', index, 'action']),
    ),
    ...Object.keys(spec.rateLimits ?? {})
      .filter((name) => name !== 'default')
      .flatMap((name) => operationProblems(name, ['spec', 'rateLimits', name])),
    ...switchProblems(spec),
    ...templateProblems(spec),
  ];
}

type Field = 'id' | 'uid' | 'name';

function duplicates(
  things: readonly { readonly [K in Field]?: string }[],
  list: string,
  field: Field,
): readonly PlacedProblem[] {
  const seen = new Set<string>();
  return things.flatMap((thing, index) => {
    const value = thing[field];
    if (value === undefined) return [];
    const isKnown = seen.has(value);
    seen.add(value);
    const path = ['spec', list, index, field];
    return isKnown ? [{ path, message: `\`${field}\` '${value}' is used more than once in \`${list}\`` }] : [];
  });
}

function duplicateKeys(spec: ScenarioSpec): readonly PlacedProblem[] {
  const seen = new Set<string>();
  const lists = [
    ['accounts', spec.accounts],
    ['ramUsers', spec.ramUsers ?? []],
  ] as const;
  return lists.flatMap(([list, owners]) =>
    owners.flatMap((owner, index) =>
      (owner.accessKeys ?? []).flatMap((key, place) => {
        const isKnown = seen.has(key.id);
        seen.add(key.id);
        const path = ['spec', list, index, 'accessKeys', place, 'id'];
        return isKnown ? [{ path, message: `the access key '${key.id}' is used more than once` }] : [];
      }),
    ),
  );
}

interface PlacedThing {
  readonly id?: string;
  readonly account?: string;
  readonly region?: string;
  readonly name?: string;
}

/** Whose thing, where: accounts must exist, regions too, and an ID stands for one thing. */
function placedThings(spec: ScenarioSpec): readonly PlacedProblem[] {
  const names = spec.accounts.flatMap(({ name, uid }) => [name, uid]);
  const lists: Readonly<Record<string, readonly PlacedThing[] | undefined>> = {
    images: spec.images,
    snapshots: spec.snapshots,
    instances: spec.instances,
    disks: spec.disks,
    kmsKeys: spec.kmsKeys,
    vSwitches: spec.vSwitches,
    securityGroups: spec.securityGroups,
    keyPairs: spec.keyPairs,
    ramRoles: spec.ramRoles,
    ramUsers: spec.ramUsers,
    launchTemplates: spec.launchTemplates,
  };
  return Object.entries(lists).flatMap(([list, things]) => [
    ...duplicates(things ?? [], list, 'id'),
    ...(things ?? []).flatMap((thing, index) => [
      ...accountProblems(thing.account, names, ['spec', list, index, 'account']),
      ...regionProblems(thing, ['spec', list, index]),
    ]),
  ]);
}

function accountProblems(
  account: string | undefined,
  known: readonly string[],
  path: readonly (string | number)[],
): readonly PlacedProblem[] {
  if (account === undefined || known.includes(account)) return [];
  return [{ path, message: `no account '${account}' in the scenario${suggestion(account, known)}` }];
}

function regionProblems(
  { region }: { readonly region?: string },
  path: readonly (string | number)[],
): readonly PlacedProblem[] {
  if (region === undefined || isRegion(region)) return [];
  return [{ path: [...path, 'region'], message: `no region '${region}'${suggestion(region, regionIds)}` }];
}

const operationNames = [
  ...ecsOperationNames,
  'GetCallerIdentity',
  'AssumeRole',
  'AssumeRoleWithOIDC',
  'DescribeKey',
  'ListKeys',
  'ListAliases',
  'DescribeEndpoints',
];

function operationProblems(action: string, path: readonly (string | number)[]): readonly PlacedProblem[] {
  if (action === '*' || operationNames.includes(action)) return [];
  return [{ path, message: `no operation '${action}'${suggestion(action, operationNames)}` }];
}

function templateProblems(spec: ScenarioSpec): readonly PlacedProblem[] {
  return (spec.launchTemplates ?? []).flatMap(({ versions, defaultVersion = 1 }, index) => {
    const count = versions?.length ?? 1;
    const path = ['spec', 'launchTemplates', index, 'defaultVersion'];
    return defaultVersion <= count ? [] : [{ path, message: `\`defaultVersion\` must be from 1 to ${count}` }];
  });
}

function switchProblems(spec: ScenarioSpec): readonly PlacedProblem[] {
  const definitions: Readonly<Record<string, { readonly fallback: unknown; readonly choices?: readonly unknown[] }>> =
    switchDefinitions;
  return Object.entries(spec.switches ?? {}).flatMap(([name, value]): readonly PlacedProblem[] => {
    const path = ['spec', 'switches', name];
    const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
    if (definition === undefined) {
      const known = Object.keys(definitions);
      return [{ path, isAboutKey: true, message: `no switch '${name}'${suggestion(name, known)}` }];
    }
    const { choices } = definition;
    if (choices === undefined) {
      const isFit = typeof value === 'number' && value >= 0;
      return isFit ? [] : [{ path, message: `the switch '${name}' must be a number of at least 0` }];
    }
    if (choices.includes(value)) return [];
    const words = choices.map(String);
    const message = `the switch '${name}' must be one of ${words.join(', ')}, not '${String(value)}'`;
    return [{ path, message: message + suggestion(String(value), words) }];
  });
}
