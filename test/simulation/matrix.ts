import type { ActionKind } from '../../src/domain/action.js';
import type { PlanResult } from '../../src/domain/result.js';
import { type FaultKind, faultKinds } from './story.js';

type Table = Record<string, Record<string, number>>;

/** How often what happened: kinds of actions by what befell their calls, and rules by what they said. */
export class Counts {
  readonly actions: Table = {};
  readonly rules: Table = {};
  /** Runs by how they ended, deeds, and other things that are counted. */
  readonly events: Record<string, number> = {};

  struck(operation: string, query: Readonly<Record<string, string>>, fault: FaultKind | null): void {
    count(this.actions, kindOf(operation, query), fault ?? 'none');
  }

  judged({ diagnostics, refusals }: PlanResult): void {
    for (const { ruleId, severity, waiver } of diagnostics) {
      count(this.rules, ruleId, waiver === null ? severity : 'waived');
    }
    for (const { reason } of refusals) count(this.rules, `refusal ${reason}`, 'error');
  }

  happened(event: string): void {
    this.events[event] = (this.events[event] ?? 0) + 1;
  }

  add(other: Pick<Counts, 'actions' | 'rules' | 'events'>): void {
    for (const name of ['actions', 'rules'] as const) {
      for (const [row, cells] of Object.entries(other[name])) {
        for (const [column, times] of Object.entries(cells)) count(this[name], row, column, times);
      }
    }
    for (const [event, times] of Object.entries(other.events)) {
      this.events[event] = (this.events[event] ?? 0) + times;
    }
  }
}

function count(table: Table, row: string, column: string, times = 1): void {
  const cells = (table[row] ??= {});
  cells[column] = (cells[column] ?? 0) + times;
}

const kindByOperation: Readonly<Record<string, ActionKind>> = {
  CopyImage: 'CopyImage',
  RunInstances: 'RunInstance',
  StopInstance: 'StopInstance',
  StartInstance: 'StartInstance',
  ReplaceSystemDisk: 'ReplaceSystemDisk',
  CreateSnapshot: 'CreateSnapshot',
  ModifyInstanceAttribute: 'ModifyInstance',
  ModifyInstanceSpec: 'ModifyInstance',
  ModifyInstanceMetadataOptions: 'ModifyInstance',
  AttachInstanceRamRole: 'ModifyInstance',
  DetachInstanceRamRole: 'ModifyInstance',
  ResizeDisk: 'ModifyDisk',
  ModifyDiskSpec: 'ModifyDisk',
  ApplyAutoSnapshotPolicy: 'ModifyDisk',
  ModifyImageAttribute: 'ModifyImage',
  UntagResources: 'UntagResource',
  DeleteInstance: 'DeleteInstance',
  DeleteImage: 'DeleteImage',
  CancelCopyImage: 'CancelCopyImage',
  DeleteSnapshot: 'DeleteSnapshot',
};

/** The kind of action that sends such a call; the operation itself where it only reads. */
function kindOf(operation: string, query: Readonly<Record<string, string>>): string {
  if (operation === 'ModifyImageSharePermission') {
    return query['AddAccount.1'] === undefined ? 'UnshareImage' : 'ShareImage';
  }
  if (operation === 'TagResources') return isAdoption(query) ? 'Adopt' : 'TagResource';
  return kindByOperation[operation] ?? operation;
}

function isAdoption(query: Readonly<Record<string, string>>): boolean {
  const keys = Object.entries(query).filter(([name]) => /^Tag\.\d+\.Key$/.test(name));
  return query['ResourceType'] !== 'disk' && keys.some(([, key]) => key === 'tallyman:project');
}

/** The columns of both tables, in their order. */
export const columns = { faults: ['none', ...faultKinds], outcomes: ['error', 'warning', 'info', 'waived'] } as const;

export function renderMatrix(counts: Counts): string {
  return [
    'calls by kind of action and fault',
    renderTable(counts.actions, columns.faults),
    '',
    'findings and refusals by rule and outcome',
    renderTable(counts.rules, columns.outcomes),
    '',
    'what happened',
    ...Object.entries(counts.events)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([event, times]) => `  ${event.padEnd(40)} ${times}`),
  ].join('\n');
}

function renderTable(table: Table, names: readonly string[]): string {
  const width = Math.max(10, ...Object.keys(table).map((row) => row.length));
  const line = (name: string, cells: readonly (string | number)[]): string =>
    `  ${name.padEnd(width)}${cells.map((cell, index) => String(cell).padStart(Math.max(9, (names[index] ?? '').length + 1))).join('')}`;
  const rows = Object.keys(table).sort();
  return [
    line('', names),
    ...rows.map((row) =>
      line(
        row,
        names.map((column) => table[row]?.[column] ?? 0),
      ),
    ),
  ].join('\n');
}

/** Faults that can befall a call that writes. */
const writeFaults: readonly FaultKind[] = [
  'throttle',
  'server-error',
  'server-error-after',
  'lost-before',
  'lost-after',
  'late',
  'slow',
  'denied',
  'expired',
];

const readFaults: readonly FaultKind[] = [
  'throttle',
  'server-error',
  'lost-before',
  'lost-after',
  'stale',
  'denied',
  'expired',
];

const writes: readonly ActionKind[] = [
  'CopyImage',
  'ShareImage',
  'UnshareImage',
  'RunInstance',
  'StopInstance',
  'StartInstance',
  'ReplaceSystemDisk',
  'CreateSnapshot',
  'DeleteSnapshot',
  'ModifyInstance',
  'ModifyDisk',
  'ModifyImage',
  'TagResource',
  'UntagResource',
  'DeleteInstance',
  'DeleteImage',
  'CancelCopyImage',
  'Adopt',
];

const reads = [
  'DescribeInstances',
  'DescribeImages',
  'DescribeDisks',
  'DescribeSnapshots',
  'DescribeImageSharePermission',
] as const;

/** What the stories are made to bring about; a rule whose finding no story can bring about is not here. */
const rulesExpected: Readonly<Record<string, readonly string[]>> = {
  'encryption/key-region': ['error'],
  'hygiene/waiver': ['warning'],
  'lifecycle/duplicate': ['error'],
  'lifecycle/system-disk-replaced': ['error'],
  'manifest/adopt': ['error'],
  'manifest/create-only': ['error'],
  'region/allowed': ['error'],
  'trust/copy-before-use': ['error', 'warning', 'waived'],
  'trust/deprecated-image': ['warning'],
  'trust/fingerprint': ['error'],
  'trust/image-age': ['error', 'waived'],
  'trust/image-unavailable': ['error'],
  'trust/share-source-disappeared': ['error'],
  'trust/share-target': ['error'],
  'trust/trusted-owner': ['error'],
};

/** Cells that can occur and did not. */
export function emptyCells(counts: Counts): readonly string[] {
  const wanted: (readonly [Table, string, string])[] = [
    ...writes.flatMap((kind) => writeFaults.map((fault) => [counts.actions, kind, fault] as const)),
    ...(['RunInstance', 'StartInstance'] as const).map((kind) => [counts.actions, kind, 'no-stock'] as const),
    ...reads.flatMap((read) => readFaults.map((fault) => [counts.actions, read, fault] as const)),
    ...['DescribeInstances', 'DescribeImages'].map((read) => [counts.actions, read, 'page-shift'] as const),
    ...Object.entries(rulesExpected).flatMap(([rule, outcomes]) =>
      outcomes.map((outcome) => [counts.rules, rule, outcome] as const),
    ),
  ];
  return wanted.flatMap(([table, row, column]) => ((table[row]?.[column] ?? 0) > 0 ? [] : [`${row} x ${column}`]));
}
