import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleSimulator } from '../../scripts/bundle-simulator.mjs';
import { checkScenario } from '../../src/emulator/index.js';
import { namedStories } from './named-stories.js';
import { generateStory } from './schedule.js';
import { simulate } from './simulate.js';
import { parseStory, renderStory } from './story-text.js';
import { VirtualTime } from './time.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const storyFolder = fileURLToPath(new URL('stories', import.meta.url));
const stories = readdirSync(storyFolder).filter((name) => name.endsWith('.yaml'));

describe('a story', { timeout: 60_000 }, () => {
  test('goes the same way each time, step by step', async () => {
    for (const seed of [1, 2, 3]) {
      const first = await simulate(generateStory(seed));
      const again = await simulate(generateStory(seed));
      expect(again.trace).toEqual(first.trace);
    }
  });

  test('is the same when it was written down and read', async () => {
    const story = generateStory(7);
    expect(parseStory(renderStory(story))).toEqual(story);
  });

  test('happens in a cloud that a scenario could describe', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const { cloud, start, uids } = generateStory(seed);
      const accounts = Object.entries(uids ?? {}).map(([name, uid]) => ({ name, uid }));
      const spec = { ...cloud, clock: { start, speed: 0 }, accounts };
      const scenario = { apiVersion: 'tallyman.dev/v1', kind: 'Scenario', metadata: { name: 'story' }, spec };
      expect(() => checkScenario(scenario)).not.toThrow();
    }
  });

  test.each(stories)('%s keeps every promise', async (name) => {
    const story = parseStory(readFileSync(join(storyFolder, name), 'utf8'));
    expect((await simulate(story)).violations).toEqual([]);
  });
});

test('virtual time wakes nobody early where somebody else has left', async () => {
  let nowMs = 0;
  const time = new VirtualTime(
    () => nowMs,
    (ms) => {
      nowMs = ms;
    },
  );
  const leaver = new AbortController();
  const woken: number[] = [];
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    return time.sleep(ms, signal).then(
      () => void woken.push(nowMs),
      () => undefined,
    );
  };
  const all = [sleep(10), sleep(10, leaver.signal), sleep(1000)];
  leaver.abort(new Error('left'));
  await Promise.all(all);
  expect(woken).toEqual([10, 1000]);
});

describe('a story that docs/ownership.md names', { timeout: 60_000 }, () => {
  test.each(namedStories)('keeps every promise: $name', async (story) => {
    const { violations, trace } = await simulate(story);
    expect(violations).toEqual([]);
    expect(trace.join('\n')).toMatch(story.shows);
  });
});

describe('a deliberate bug', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallyman-simulator-'));
  const bundle = join(folder, 'simulate.mjs');
  beforeAll(async () => {
    await bundleSimulator(root, bundle, [
      {
        file: 'src/apply/actions/run-instance.ts',
        from: 'const token = instanceToken(context.project, action.address, epoch, n);',
        to: 'const token = instanceToken(context.project, JSON.stringify(action.launch), epoch, n);',
      },
    ]);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const told = (...flags: readonly string[]) =>
    spawnSync(process.execPath, [bundle, ...flags], { cwd: folder, encoding: 'utf8' });

  test('is found, shrunk to a story in YAML, and replayed by its seed and by its story', () => {
    const found = told('--seed', '1', '--runs', '1');
    expect(found.status).toBe(1);
    expect(found.stdout).toContain('seed 1 breaks\n  tokens: the token of RunInstances at Instance/web/');
    const file = /npm run simulate -- --story (\S+)/.exec(found.stdout)?.[1] ?? '';
    const shrunk = parseStory(readFileSync(join(folder, file), 'utf8'));
    expect(shrunk.steps.length).toBeLessThan(generateStory(1).steps.length);
    expect(told('--seed', '1', '--runs', '1', '--no-shrink').stdout).toContain('tokens: the token of RunInstances');
    const replayed = told('--story', file);
    expect(replayed.status).toBe(1);
    expect(replayed.stdout).toContain('tokens: the token of RunInstances');
  });

  test('must name a text that is there exactly once', async () => {
    const patch = { file: 'src/apply/poll.ts', from: 'no such text', to: '' };
    await expect(bundleSimulator(root, bundle, [patch])).rejects.toThrow("'no such text' is 0 times");
    expect(() => execFileSync(process.execPath, ['--check', bundle])).not.toThrow();
  });
});
