import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tallyman } from './support/cli.js';
import { type EmulatorProcess, startEmulatorProcess } from './support/emulator-process.js';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const names = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'tallyman.yaml')));

interface PlanFile {
  readonly applyable: boolean;
  readonly actions: readonly unknown[];
}

let folder: string;
let emulator: EmulatorProcess;

/** Each environment as flags; one without where there are none. */
async function environments(): Promise<readonly (readonly string[])[]> {
  const project = parse(await readFile(join(folder, 'tallyman.yaml'), 'utf8')) as {
    readonly spec: { readonly environments?: readonly { readonly name: string }[] };
  };
  const { environments: list = [] } = project.spec;
  return list.length === 0 ? [[]] : list.map(({ name }) => ['--env', name]);
}

describe('the examples', () => {
  it('are all projects, CI or settings of editors', () => {
    const others = readdirSync(examples).filter((name) => !names.includes(name));
    expect(others.sort()).toStrictEqual(['ci', 'editor']);
    expect(names.length).toBeGreaterThan(2);
  });

  describe.each(names)('%s', (name) => {
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), `example-${name}-`));
      await cp(join(examples, name), folder, { recursive: true, filter: (path) => !path.includes('.tallyman') });
      emulator = await startEmulatorProcess(folder, ['--scenario', 'scenario.yaml', '--speed', '6000']);
    });
    afterEach(async () => {
      await emulator.stop();
      await rm(folder, { recursive: true });
    });

    it('is updated, linted, planned and applied, and then there is nothing left to do', async () => {
      const on = ['--endpoint', emulator.endpoint];
      for (const environment of await environments()) {
        expect(await tallyman(folder, ['update', ...environment, ...on])).toMatchObject({ code: 0 });
      }
      const lint = await tallyman(folder, ['lint', '--as-of', '2026-01-01', '--max-warnings', '0']);
      expect(lint).toMatchObject({ code: 0, stderr: '' });
      for (const environment of await environments()) {
        const plan = await tallyman(folder, ['plan', ...environment, ...on, '--out', 'plan.json', '-o', 'text']);
        expect(plan).toMatchObject({ code: 0 });
        const document = JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8')) as PlanFile;
        expect(document.applyable).toBe(true);
        expect(document.actions.length).toBeGreaterThan(0);
        const apply = await tallyman(folder, ['apply', 'plan.json', ...environment, ...on]);
        expect(apply).toMatchObject({ code: 0 });
        const again = await tallyman(folder, ['plan', ...environment, ...on, '--detailed-exitcode']);
        expect(again).toMatchObject({ code: 0 });
      }
    });
  });
});
