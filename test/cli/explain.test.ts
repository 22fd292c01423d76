import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runSafely } from '../../src/cli/run-safely.js';
import { nodeRuntime } from '../../src/node-runtime.js';
import { aRuntime } from './fake-runtime.js';

async function run(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const runtime = aRuntime({ publishedFile: (path) => nodeRuntime('0.1.0').publishedFile(path) });
  const code = await runSafely(words, runtime);
  return { code, ...runtime.written };
}

describe('explain', () => {
  it('describes a field as somebody needs it who writes it', async () => {
    expect(await run('explain', 'Instance.update.onFailure')).toStrictEqual({
      code: 0,
      err: '',
      out: `Instance.spec.update.onFailure  <string>

MEANING
  \`Halt\`: the roll-out stops where it is. \`Rollback\`: the failed member gets its old image back
  first, not its data.

DEFAULT
  "Halt"

ALLOWED
  Halt, Rollback

EXAMPLE
  Halt
`,
    });
  });

  it('shows the fields in a field', async () => {
    const { out } = await run('explain', 'Instance.image');
    expect(out).toContain('Instance.spec.image  <object>  required\n');
    expect(out).toContain('EXAMPLE\n  imageCopy: web-base\n');
    expect(out).toContain('FIELDS\n  imageCopy  <string>\n    Name of an ImageCopy.\n');
  });

  it('gives the same as JSON', async () => {
    const { out } = await run('explain', 'Instance.spec.replicas', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({ kind: 'Instance', path: 'spec.replicas', type: 'integer', default: 1 });
  });

  it.each([
    [['explain'], 'needs a kind'],
    [['explain', 'Instanz'], "did you mean 'Instance'?"],
    [['explain', 'Instance.replica'], 'tallyman explain Instance.spec.replicas'],
    [['explain', 'Instance.image.x'], 'Its fields are imageCopy, imageSource.'],
    [['explain', 'Instance.__proto__'], "has no field '__proto__'"],
  ])('refuses %j with what to do', async (words, says) => {
    const { code, out, err } = await run(...words);
    expect({ code, out }).toStrictEqual({ code: 4, out: '' });
    expect(err).toContain(says);
  });
});

describe('schema', () => {
  const textOf = (name: string): string =>
    readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8');

  it('prints the schema of a kind as it is published, and without a kind the bundle', async () => {
    expect((await run('schema', 'ImageCopy')).out).toBe(textOf('image-copy'));
    expect((await run('schema')).out).toBe(textOf('tallyman'));
  });

  it('refuses what is no kind', async () => {
    expect(await run('schema', 'project')).toMatchObject({
      code: 4,
      err: expect.stringContaining("there is no kind 'project', did you mean 'Project'?") as string,
    });
  });
});
