import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterEach, describe, expect, it } from 'vitest';
import { changeOps } from '../../src/emulator/control/change.js';
import { faultKinds } from '../../src/emulator/faults/fault.js';
import {
  type Fault,
  parseScenario,
  type RunningEmulator,
  startEmulator,
  type WorldChange,
} from '../../src/emulator/index.js';
import { switchDefinitions } from '../../src/emulator/world/settings.js';
import { blocksOf, documentRows, pageText } from './document-rows.js';

const page = pageText('emulator');
const scenarios = blocksOf(page, 'yaml');
const [faults = [], changes = []] = blocksOf(page, 'json').map((block) =>
  block
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line)),
);

let emulator: RunningEmulator | undefined;
afterEach(async () => emulator?.close());

describe('the examples of docs/emulator.md', () => {
  it.each(scenarios)('scenario %#: can be started from', async (scenarioText) => {
    emulator = await startEmulator({ scenarioText });
    expect(parseScenario(scenarioText, 'page').kind).toBe('Scenario');
  });

  it('the scenario says how three machines with two disks each come to be', async () => {
    emulator = await startEmulator({ scenarioText: scenarios[0] ?? '' });
    const { instances, disks } = emulator.state();
    expect(instances.map(({ id, name }) => [id, name])).toEqual([
      ['i-web-0', 'web-0'],
      ['i-web-1', 'web-1'],
      ['i-web-2', 'web-2'],
    ]);
    expect(disks.filter(({ instanceId }) => instanceId === 'i-web-1')).toMatchObject([
      { id: 'd-web-1', type: 'system', encrypted: true, kmsKeyId: 'key-prod' },
      { id: 'd-data-1', type: 'data', sizeGiB: 100, deleteWithInstance: false },
    ]);
  });

  it('each fault can be installed', async () => {
    emulator = await startEmulator({ scenarioText: scenarios[0] ?? '' });
    emulator.fault({ clear: true });
    emulator.fault(faults as readonly Fault[]);
    expect(emulator.emulator.listFaults().map(({ fault }) => fault)).toEqual(faults);
  });

  it('each change, one after the other, changes what it says', async () => {
    emulator = await startEmulator({ scenarioText: scenarios[0] ?? '' });
    for (const change of changes) emulator.change(change as WorldChange);
    const { images, instances, disks, keys } = emulator.state();
    expect(images.map(({ id }) => id).toSorted()).toEqual(['m-golden3', 'm-web1', 'm-web2']);
    expect(images.find(({ id }) => id === 'm-web1')?.tags).toEqual({});
    expect(keys.find(({ id }) => id === 'key-images')?.state).toBe('Disabled');
    expect(instances.map(({ id }) => id)).toEqual(['i-web-0', 'i-web-2', 'i-hands-0', 'i-hands-1']);
    expect(instances[0]).toMatchObject({
      imageId: 'm-web2',
      instanceType: 'ecs.g7.xlarge',
      status: 'Running',
      tags: { team: 'web', owner: 'ops' },
    });
    expect(disks.filter(({ instanceId }) => instanceId === 'i-web-0')).toMatchObject([
      { id: 'd-data-0', sizeGiB: 200, tags: { owner: 'ops' } },
      { type: 'system', imageId: 'm-web2', encrypted: true, kmsKeyId: 'key-prod', status: 'In_use' },
    ]);
    expect(disks.find(({ id }) => id === 'd-data-1')).toMatchObject({ instanceId: '', status: 'Available' });
    expect(disks.find(({ id }) => id === 'd-web-1')).toBeUndefined();
  });

  it('show every kind of change and of fault', () => {
    expect(new Set(changes.map((change) => (change as WorldChange).op))).toEqual(new Set(changeOps));
    expect(faultKinds.filter((kind) => !pageText('emulator-wire').includes(`\`${kind}\``))).toEqual([]);
  });
});

describe('the rows of the documents', () => {
  const rows = documentRows(Object.keys(switchDefinitions));

  it('have IDs of their own', () => {
    expect(rows.length).toBeGreaterThan(250);
    expect(rows.map(({ id }) => id).filter((id, index, all) => all.indexOf(id) !== index)).toEqual([]);
  });

  it('name every switch', () => {
    const named = new Set(rows.flatMap(({ switches }) => switches));
    expect(Object.keys(switchDefinitions).filter((name) => !named.has(name))).toEqual([]);
  });

  it.each(['emulator-wire', 'emulator-images', 'emulator-instances'] as const)(
    '%s answers each open question with a switch, a setting or why nobody can observe it',
    (name) => {
      const text = pageText(name);
      const table = text.slice(text.indexOf('| question | answer |')).split('\n').slice(2);
      const answers = table.filter((line) => line.startsWith('|')).map((line) => line.split(' | ')[1] ?? '');
      const answering = /`[A-Za-z.]+`|not observable|403, as for other operations|all raw parameters|not a behaviour/;
      expect(answers.length).toBeGreaterThan(7);
      expect(answers.filter((answer) => !answering.test(answer))).toEqual([]);
    },
  );
});

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

describe('schemas/scenario.schema.json', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../schemas/scenario.schema.json', import.meta.url), 'utf8'),
  ) as Schema & { readonly $id: string };

  /** Each field with the JSON pointer of its schema. */
  function fields(part: Schema, pointer: string): readonly { readonly pointer: string; readonly field: Schema }[] {
    const own = Object.entries(part.properties ?? {}).flatMap(([name, field]) => {
      const at = `${pointer}/properties/${name}`;
      return [{ pointer: at, field }, ...fields(field, at)];
    });
    const items = part.items === undefined ? [] : fields(part.items, `${pointer}/items`);
    const definitions = Object.entries(part.definitions ?? {}).flatMap(([name, definition]) =>
      fields(definition, `${pointer}/definitions/${name}`),
    );
    return [...own, ...items, ...definitions];
  }

  const all = fields(schema, '');

  it('describes every field, and gives an example where the type does not say all', () => {
    const isPlain = ({ type, enum: values, const: value }: Schema): boolean =>
      type === 'boolean' || values !== undefined || value !== undefined;
    expect(all.filter(({ field }) => field.description === undefined)).toEqual([]);
    expect(all.filter(({ field }) => !isPlain(field) && field.examples === undefined)).toEqual([]);
  });

  it('accepts its own examples', () => {
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    ajv.addSchema(schema);
    const refused = all.flatMap(({ pointer, field }) =>
      (field.examples ?? []).filter((example) => !ajv.validate({ $ref: `${schema.$id}#${pointer}` }, example)),
    );
    expect(refused).toEqual([]);
  });

  it('lists the switches with their defaults and values', () => {
    const { properties = {} } = schema.definitions?.['spec']?.properties?.['switches'] ?? {};
    const listed = Object.entries(properties).map(([name, field]) => [name, field.default, field.examples]);
    const defined = Object.entries(switchDefinitions).map(([name, definition]) => [
      name,
      definition.fallback,
      'choices' in definition ? definition.choices : [definition.fallback],
    ]);
    expect(listed).toEqual(defined);
  });
});
