import type { Violation } from './invariant.js';
import { simulate } from './simulate.js';
import type { ApplyOrder, Step, Story } from './story.js';

/** So many words of a message tell one way to break a promise from another. */
const wordsMax = 12;

/** How many smaller stories are tried for one failure. */
const attemptsMax = 600;

/**
 * The smallest story that still breaks the same promise, as far as leaving out one thing at a time leads. What is left
 * is what matters.
 */
export async function shrink(story: Story, broken: Violation): Promise<Story> {
  let smallest = story;
  let index = 0;
  let hasShrunk = false;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const candidate = candidatesOf(smallest)[index];
    if (candidate === undefined) {
      if (!hasShrunk) break;
      index = 0;
      hasShrunk = false;
    } else if (await breaks(candidate, kindOf(broken))) {
      smallest = candidate;
      hasShrunk = true;
    } else {
      index += 1;
    }
  }
  return smallest;
}

/** A story that cannot be lived at all breaks nothing. */
async function breaks(story: Story, kind: string): Promise<boolean> {
  try {
    return (await simulate(story)).violations.some((violation) => kindOf(violation) === kind);
  } catch {
    return false;
  }
}

/** The promise, and in which words it is broken, without names and numbers: else one mistake would shrink to another. */
function kindOf({ invariant, message }: Violation): string {
  const words = message.split(/\s+/).filter((word) => /^[A-Za-z-]+[:;,.]?$/.test(word));
  return [invariant, ...words.slice(0, wordsMax)].join(' ');
}

/** Stories with one thing less, what is largest first. */
function candidatesOf(story: Story): readonly Story[] {
  return [
    ...withoutSteps(story),
    ...story.steps.flatMap((step, index) => simplerSteps(step).map((simpler) => withStep(story, index, simpler))),
    ...withoutSurroundings(story),
    ...withoutManifests(story),
    ...withoutSwitches(story),
    ...withSmallerFleet(story),
  ];
}

function withoutSteps(story: Story): readonly Story[] {
  const { steps } = story;
  const halves = steps.length < 4 ? [] : [steps.slice(0, steps.length / 2), steps.slice(steps.length / 2)];
  const without = steps.map((_, index) => steps.filter((_step, other) => other !== index));
  return [...halves, ...without].map((left) => ({ ...story, steps: left }));
}

function withStep(story: Story, index: number, step: Step): Story {
  return { ...story, steps: story.steps.map((one, other) => (other === index ? step : one)) };
}

function simplerSteps(step: Step): readonly Step[] {
  const sooner = step.after > 0 ? [{ ...step, after: 0 }] : [];
  return 'apply' in step ? [...simplerOrders(step.apply).map((apply) => ({ ...step, apply })), ...sooner] : sooner;
}

const luxuries = ['kill', 'interrupt', 'skewSeconds', 'prune', 'noWait', 'faults'] as const;

function simplerOrders(order: ApplyOrder): readonly ApplyOrder[] {
  const { faults = [] } = order;
  const without = luxuries.flatMap((name) => {
    const { [name]: left, ...rest } = order;
    return left === undefined ? [] : [rest];
  });
  const fewer = faults.length < 2 ? [] : faults.map((_, index) => faults.filter((_fault, other) => other !== index));
  return [...without, ...fewer.map((some) => ({ ...order, faults: some }))];
}

function withoutSurroundings(story: Story): readonly Story[] {
  return (['lag', 'pageSize', 'badImages'] as const).flatMap((name) => {
    const { [name]: left, ...rest } = story;
    return left === undefined ? [] : [rest];
  });
}

function withoutManifests(story: Story): readonly Story[] {
  const { files } = story;
  return files.manifests.map((_, index) => ({
    ...story,
    files: { ...files, manifests: files.manifests.filter((_document, other) => other !== index) },
  }));
}

function withoutSwitches(story: Story): readonly Story[] {
  const { switches = {} } = story.cloud;
  return Object.keys(switches).map((name) => {
    const { [name]: _left, ...rest } = switches;
    return { ...story, cloud: { ...story.cloud, switches: rest } };
  });
}

function withSmallerFleet(story: Story): readonly Story[] {
  const { files } = story;
  return files.manifests.flatMap((document, index) => {
    const replicas = document.spec['replicas'];
    if (document.kind !== 'Instance' || typeof replicas !== 'number' || replicas < 2) return [];
    const smaller = { ...document, spec: { ...document.spec, replicas: replicas - 1 } };
    const manifests = files.manifests.map((one, other) => (other === index ? smaller : one));
    return [{ ...story, files: { ...files, manifests } }];
  });
}
