import { compareText } from '../domain/address.js';
import type { Account, CredentialSource } from '../domain/desired.js';
import type { Finding } from '../domain/finding.js';
import type { ProjectDocument } from '../domain/generated/documents.js';
import { child } from '../domain/origin.js';
import { compileGlob } from '../domain/path-glob.js';
import type { Checked } from './checked-documents.js';
import { closestName } from '../domain/closest-name.js';
import { clipped, fieldName, inputError } from './input-error.js';
import { readWindows, windowFindings } from './read-windows.js';
import type { ProjectBasis } from './surroundings.js';

type AccountSpec = ProjectDocument['spec']['accounts'][number];

const maxRemovalsDefault = 10;

/** These say who owns an image, so no account may be called so. */
const reservedNames = ['self', 'system', 'marketplace'];

/** `environment`: whose defaults win over those of the project. */
export function readProjectBasis(document: Checked<ProjectDocument>, environment: string | null): ProjectBasis {
  const { metadata, spec } = document.body;
  const accounts = spec.accounts.map((account, index) => ({
    name: account.name,
    uid: account.uid,
    credentials: credentialsOf(account.credentials),
    origin: child(document.origin, 'spec', 'accounts', index),
  }));
  return {
    name: metadata.name,
    id: spec.id ?? null,
    accounts: accounts.toSorted((a, b) => compareText(a.name, b.name)),
    regions: spec.regions === undefined ? null : spec.regions.toSorted(compareText),
    defaults: defaultsOf(spec, environment),
    approvers: spec.approvers ?? [],
    safety: {
      prune: spec.safety?.prune ?? false,
      allow: spec.safety?.allow ?? [],
      maxRemovals: spec.safety?.maxRemovals ?? maxRemovalsDefault,
    },
    windows: readWindows(document),
    moved: (spec.moved ?? []).map((move, index) => ({
      ...move,
      origin: child(document.origin, 'spec', 'moved', index),
    })),
    origin: document.origin,
  };
}

function defaultsOf(spec: ProjectDocument['spec'], environment: string | null): ProjectBasis['defaults'] {
  const own = spec.environments?.find(({ name }) => name === environment)?.defaults;
  const merged = { ...spec.defaults, ...own };
  return {
    account: merged.account ?? null,
    region: merged.region ?? null,
    tags: { ...spec.defaults?.tags, ...own?.tags },
    resourceGroupId: merged.resourceGroupId ?? null,
  };
}

/** What the schema cannot say about a project. */
export function projectFindings(document: Checked<ProjectDocument>): readonly Finding[] {
  return [
    ...accountFindings(document),
    ...defaultFindings(document),
    ...environmentFindings(document),
    ...windowFindings(document),
    ...globFindings(document),
  ];
}

function credentialsOf(credentials: AccountSpec['credentials']): CredentialSource {
  if (credentials?.profile !== undefined) return { kind: 'profile', profile: credentials.profile };
  if (credentials?.oidc !== undefined) return { kind: 'oidc', ...credentials.oidc };
  if (credentials?.roleArn !== undefined && credentials.sessionName !== undefined) {
    return { kind: 'role', roleArn: credentials.roleArn, sessionName: credentials.sessionName };
  }
  return { kind: 'chain' };
}

function accountFindings(document: Checked<ProjectDocument>): readonly Finding[] {
  const { accounts } = document.body.spec;
  return accounts.flatMap((account, index) => {
    const at = child(document.origin, 'spec', 'accounts', index);
    const earlier = accounts.slice(0, index);
    const twin = (['name', 'uid'] as const).find((field) => earlier.some((other) => other[field] === account[field]));
    if (twin !== undefined) {
      return [
        inputError({
          ruleId: 'manifest/duplicate-item',
          at: child(at, twin),
          address: document.address,
          message: `two accounts have the ${twin} '${account[twin]}'`,
          hint: 'Keep one of them.',
          value: account[twin],
        }),
      ];
    }
    return reservedNames.includes(account.name) ? [reservedName(document, at, account)] : [];
  });
}

function reservedName(document: Checked<ProjectDocument>, at: Account['origin'], account: AccountSpec): Finding {
  return inputError({
    ruleId: 'manifest/invalid-value',
    at: child(at, 'name'),
    address: document.address,
    message: `an account must not be called '${account.name}', which says who owns an image`,
    hint: 'Choose another name.',
    value: account.name,
  });
}

function defaultFindings(document: Checked<ProjectDocument>): readonly Finding[] {
  const { accounts, defaults, regions, environments = [] } = document.body.spec;
  const names = accounts.map((account) => account.name);
  const all = [
    { path: ['spec', 'defaults'], given: defaults },
    ...environments.map((one, index) => ({ path: ['spec', 'environments', index, 'defaults'], given: one.defaults })),
  ];
  const wrong = all.flatMap(({ path, given }) => [
    { path: [...path, 'account'], value: given?.account, known: names, of: '`accounts`' },
    { path: [...path, 'region'], value: given?.region, known: regions, of: '`regions`' },
  ]);
  return wrong.flatMap(({ path, value, known, of }) => {
    if (value === undefined || known === undefined || known.includes(value)) return [];
    const meant = closestName(value, known);
    const at = child(document.origin, ...path);
    return [
      inputError({
        ruleId: 'manifest/unknown-reference',
        at,
        address: document.address,
        message: `${fieldName(at.path)} must be one of ${of}, not '${value}'`,
        hint: meant === undefined ? `Add it to ${of}.` : `Did you mean '${meant}'?`,
        value,
      }),
    ];
  });
}

/** An environment's name says who owns things, so it stands for one set of patches. */
function environmentFindings(document: Checked<ProjectDocument>): readonly Finding[] {
  const names = (document.body.spec.environments ?? []).map(({ name }) => name);
  return names.flatMap((name, index) => {
    if (names.indexOf(name) === index) return [];
    return [
      inputError({
        ruleId: 'manifest/duplicate-item',
        at: child(document.origin, 'spec', 'environments', index, 'name'),
        address: document.address,
        message: `two environments are called '${name}'`,
        hint: 'Rename one of them.',
        value: name,
      }),
    ];
  });
}

function globFindings(document: Checked<ProjectDocument>): readonly Finding[] {
  const { manifests = [], policies = [] } = document.body.spec;
  const globs = [
    ...manifests.map((glob, index) => ({ glob, path: ['spec', 'manifests', index] })),
    ...policies.map((glob, index) => ({ glob, path: ['spec', 'policies', index] })),
  ];
  return globs.flatMap(({ glob, path }) => {
    if (compileGlob(glob) !== undefined) return [];
    return [
      inputError({
        ruleId: 'manifest/invalid-value',
        at: child(document.origin, ...path),
        address: document.address,
        message: `${fieldName(path)} must be a glob below the project with its braces closed, not '${clipped(glob)}'`,
        hint: "Write, for example: 'manifests/**/*.yaml'",
        value: clipped(glob),
      }),
    ];
  });
}
