// Deliberate bugs, each a text of src/ replaced by another one, and the seed that finds it. The sources themselves stay
// as they are: `npm run simulate:mutations` puts them in on the way into a bundle of its own.
export const mutations = [
  {
    name: 'a token made from the specification',
    file: 'src/apply/actions/run-instance.ts',
    from: 'const token = instanceToken(context.project, action.address, epoch, n);',
    to: 'const token = instanceToken(context.project, JSON.stringify(action.launch), epoch, n);',
    seed: 1,
  },
  {
    name: 'no read before the write: an instance is launched whatever is there',
    file: 'src/apply/actions/run-instance.ts',
    from: 'if (present.length > 0) return settled(context, action, present);',
    to: 'if (present.length > 99) return settled(context, action, present);',
    seed: 8,
  },
  {
    name: 'no quiet time at the beginning of an epoch',
    file: 'src/apply/actions/run-instance.ts',
    from: 'return times.pauseMs - (clock.now() % times.epochMs);',
    to: 'return Math.min(0, times.pauseMs - (clock.now() % times.epochMs));',
    seed: 8,
  },
  {
    name: 'a retry after a lost answer takes a fresh token',
    file: 'src/apply/actions/run-instance.ts',
    from: "if (answer.kind === 'next-token') n += 1;",
    to: "if (answer.kind === 'next-token' || answer.kind === 'uncertain') n += 1;",
    seed: 30,
  },
  {
    name: 'a copy is tried again without its token',
    file: 'src/apply/actions/copy-image.ts',
    from: 'const token = copyToken(context.project, action.imageName, n);',
    to: 'const token = copyToken(context.project, `${action.imageName}${context.clock.now()}`, n);',
    seed: 1,
  },
  {
    name: 'only the first page of a list is read',
    file: 'src/observe/pages.ts',
    from: "if (page.nextToken === '') return [...byId.values()];",
    to: 'return [...byId.values()];',
    seed: 397,
  },
  {
    name: 'a wave is larger than maxUnavailable',
    file: 'src/plan/rollout.ts',
    from: 'const waves = wavesOf(instance.update.maxUnavailable - down, moving);',
    to: 'const waves = wavesOf(instance.update.maxUnavailable + 2 - down, moving);',
    seed: 5,
  },
  {
    name: 'the mark is written after the stop',
    file: 'src/plan/rollout.ts',
    from: "return { kind: 'steps', steps: [...snapshot, 'mark', ...stop, ...work, 'start', 'healthy', 'unmark'] };",
    to: "return { kind: 'steps', steps: [...snapshot, ...stop, 'mark', ...work, 'start', 'healthy', 'unmark'] };",
    seed: 5,
  },
  {
    name: 'the fingerprint is not compared',
    file: 'src/domain/lock.ts',
    from: '    createdAt: image.createdAt,\n    disks: image.disks,\n',
    to: '',
    seed: 9,
  },
  {
    name: 'owners are compared as numbers',
    file: 'src/domain/image-owner.ts',
    parts: [
      {
        from: "if (image.owner !== '') return image.owner;",
        to: "if (image.owner !== '') return String(Number(image.owner));",
      },
      {
        from: "return owner.kind === 'system' ? 'system' : owner.uid;",
        to: "return owner.kind === 'system' ? 'system' : String(Number(owner.uid));",
      },
    ],
    seed: 19,
  },
  {
    name: 'the hop is removed as soon as the second copy is begun',
    file: 'src/plan/image-copy.ts',
    from: 'drafts.push(...deleteFreshHop(context, copy, target, after));',
    to: "drafts.push(...deleteFreshHop(context, copy, target, [draftKey(target.address, 'Wait', 'until_available')]));",
    seed: 44,
  },
];
