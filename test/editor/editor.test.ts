import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTallyman, tallyman } from '../e2e/support/cli.js';
import { Editor, type EditorSettings } from './language-server.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const settings = JSON.parse(
  await readFile(join(root, 'examples/editor/vscode/settings.json'), 'utf8'),
) as EditorSettings;
const examples = (await readdir(join(root, 'examples'), { recursive: true }))
  .filter((path) => path.endsWith('.yaml') && !/^ci\/|\.tallyman\//.test(path))
  .sort();

let folder: string;
let editor: Editor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'editor-'));
  await cp(join(root, 'examples/golden-fleet'), folder, {
    recursive: true,
    filter: (path) => !path.includes('.tallyman'),
  });
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules/tallyman'));
  editor = await Editor.open(folder, settings);
});
afterAll(async () => {
  editor.close();
  await rm(folder, { recursive: true });
});

/** A file of the project without the line that names its schema: the settings alone say which it is. */
async function withoutModeline(path: string): Promise<{ readonly path: string; readonly text: string }> {
  const text = await readFile(join(folder, path), 'utf8');
  return { path: join(folder, path), text: text.replace(/^# yaml-language-server:.*\n/, '') };
}

/** Where the text stands: line and character from 0. */
function placeOf(text: string, part: string): readonly [number, number] {
  const before = text.slice(0, text.indexOf(part)).split('\n');
  return [before.length - 1, before.at(-1)?.length ?? 0];
}

describe('an editor, with the settings of the example', () => {
  it('finds nothing wrong with the files of a good project', async () => {
    for (const name of [
      'tallyman.yaml',
      'tallyman.lock.yaml',
      'scenario.yaml',
      'manifests/fleet.yaml',
      'manifests/images.yaml',
      'policies/baseline.yaml',
    ]) {
      const { path, text } = await withoutModeline(name);
      expect(await editor.problemsOf(path, text)).toStrictEqual([]);
    }
  });

  it.each([
    ['a field that does not exist', 'instanceType: ecs.g7.large', 'instanceTyp: ecs.g7.large', /instanceTyp/],
    ['a value of another type', 'replicas: 3', 'replicas: many', /[Ii]nteger|number/],
    ['a kind that does not exist', 'kind: Instance', 'kind: Instanz', /Instance/],
  ])('underlines %s', async (_, from, to, message) => {
    const { path, text } = await withoutModeline('manifests/fleet.yaml');
    const wrong = text.replace(from, to);
    const problems = await editor.problemsOf(path, wrong);
    expect(problems.map((problem) => problem.message).join('\n')).toMatch(message);
    const [line] = placeOf(wrong, to);
    expect(problems.map(({ range }) => range.start.line)).toContain(line);
  });

  it('explains a field where the pointer rests', async () => {
    const { path, text } = await withoutModeline('manifests/fleet.yaml');
    await editor.problemsOf(path, text);
    const [line, character] = placeOf(text, 'replicas');
    const schema = JSON.parse(await readFile(join(root, 'schemas/instance.schema.json'), 'utf8')) as {
      readonly properties: {
        readonly spec: { readonly properties: Readonly<Record<string, { readonly description: string }>> };
      };
    };
    const { description } = schema.properties.spec.properties['replicas'] ?? { description: '' };
    expect(description).not.toBe('');
    expect(await editor.hover(path, line, character + 1)).toContain(description);
  });

  it('offers the fields that fit', async () => {
    const { path, text } = await withoutModeline('manifests/fleet.yaml');
    const asked = text.replace('  replicas: 3\n', '  replicas: 3\n  \n');
    await editor.problemsOf(path, asked);
    const [line] = placeOf(asked, '  \n');
    const offered = await editor.completions(path, line, 2);
    expect(offered).toEqual(expect.arrayContaining(['userData', 'keyPairName', 'deletionProtection']));
    expect(offered).not.toContain('replicas');
  });
});

describe('every YAML file of the examples', () => {
  it.each(examples)('examples/%s names its schema and fits it, or is written by a command', async (name) => {
    const path = join(root, 'examples', name);
    const text = await readFile(path, 'utf8');
    // What a command writes is known by its name alone.
    const head = /\.lock(?:\.\w+)?\.yaml$/.test(name)
      ? /^# written by tallyman update/
      : /^# yaml-language-server: \$schema=(?:\.\.\/)+schemas\/[a-z-]+\.schema\.json$/m;
    expect(text).toMatch(head);
    expect(await editor.problemsOf(path, text)).toStrictEqual([]);
  });
});

interface Pattern {
  readonly regexp: string;
  readonly file?: number;
  readonly message?: number;
}

interface Task {
  readonly label: string;
  readonly problemMatcher: {
    readonly pattern: readonly [Pattern, Pattern];
    readonly background?: { readonly beginsPattern: string; readonly endsPattern: string };
  };
}

describe('the problem matchers', async () => {
  const { tasks } = JSON.parse(await readFile(join(root, 'examples/editor/vscode/tasks.json'), 'utf8')) as {
    readonly tasks: readonly Task[];
  };
  const matcherOf = (label: string): Task['problemMatcher'] => {
    const task = tasks.find((one) => one.label === label);
    if (task === undefined) throw new Error(`there is no task ${label}`);
    return task.problemMatcher;
  };
  /** As an editor does it: the second pattern is tried on the line after one that fits the first. */
  const matched = ({ pattern: [head, body] }: Task['problemMatcher'], output: string): readonly string[] => {
    const lines = output.split('\n');
    return lines.flatMap((line, index) => {
      const found = new RegExp(head.regexp).exec(line);
      const message = new RegExp(body.regexp).exec(lines[index + 1] ?? '');
      return found === null || message === null ? [] : [`${found.slice(1, 6).join(' ')}: ${message[1]}`];
    });
  };
  const edited = async (): Promise<string> => {
    const copy = await mkdtemp(join(tmpdir(), 'matcher-'));
    await cp(join(root, 'examples/golden-fleet'), copy, {
      recursive: true,
      filter: (path) => !path.includes('.tallyman'),
    });
    const file = join(copy, 'manifests/images.yaml');
    const text = await readFile(file, 'utf8');
    await rm(file);
    await writeFile(file, text.replace('owner: "1600000000000001"', 'owner: "1600000000000009"'));
    return copy;
  };
  const expected =
    "manifests/images.yaml 7 36 error trust/trusted-owner: `owner` must be a trusted owner: no Policy lists '1600000000000009'";

  it('read what lint prints', async () => {
    const copy = await edited();
    const { stdout } = await tallyman(copy, ['lint', '--as-of', '2026-01-01']);
    const found = matched(matcherOf('tallyman: lint'), stdout);
    expect(found).toContain(expected);
    expect(found).toHaveLength(3);
    await rm(copy, { recursive: true });
  });

  it('read what watch prints, and know where a run begins and ends', async () => {
    const copy = await edited();
    const watch = startTallyman(copy, ['watch', '--as-of', '2026-01-01']);
    const matcher = matcherOf('tallyman: watch');
    const ends = new RegExp(matcher.background?.endsPattern ?? '', 'm');
    let output = '';
    await new Promise<void>((done) => {
      watch.child.stdout?.on('data', (text: string) => {
        output += text;
        if (ends.test(output)) done();
      });
    });
    watch.child.kill('SIGINT');
    await watch.done;
    expect(output).toMatch(new RegExp(matcher.background?.beginsPattern ?? '', 'm'));
    const found = matched(matcher, output);
    expect(found).toContain(expected);
    expect(found).toHaveLength(3);
    await rm(copy, { recursive: true });
  });
});
