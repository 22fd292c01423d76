// Which folder may import which, checked over the built dist/. Imports point down:
// main, index, node-runtime > cli > flows > verbs > ports > domain. docs/architecture.md shows the picture.

const verbs = ['manifest', 'policy', 'observe', 'resolve', 'plan', 'apply', 'transcribe', 'report'];
const everythingOf = (names) => `^dist/(${names.join('|')})/`;

/** A folder, and the only folders beside itself that it may import from. */
function layer(name, allowed, comment) {
  return {
    name: `layer-${name}`,
    severity: 'error',
    comment,
    from: { path: `^dist/${name}/` },
    to: { path: '^dist/', pathNot: everythingOf([name, ...allowed]) },
  };
}

export default {
  forbidden: [
    layer('domain', [], 'Nouns know nothing of the rest. Move the function to the verb that needs it.'),
    layer('ports', ['domain'], 'A port is an interface in terms of nouns. An implementation belongs in adapters/.'),
    ...verbs.map((verb) =>
      layer(
        verb,
        ['domain', 'ports'],
        'Verbs do not import each other. Put what both need into domain/, or let a flow call one after the other.',
      ),
    ),
    layer(
      'flows',
      ['domain', 'ports', ...verbs],
      'Flows put verbs in order. What touches the outside comes in through a port.',
    ),
    layer('cli', ['domain', 'ports', ...verbs, 'flows'], 'Commands get the outside from the Runtime that main builds.'),
    {
      name: 'layer-adapters',
      severity: 'error',
      comment: 'An adapter makes one port real. The emulator is for rehearsals alone, and for who starts the process.',
      from: { path: '^dist/adapters/', pathNot: '^dist/adapters/rehearsal/' },
      to: { path: '^dist/', pathNot: everythingOf(['adapters', 'domain', 'ports']) },
    },
    {
      name: 'layer-rehearsal',
      severity: 'error',
      comment: 'A rehearsal is the real reader and writer on an emulator. It knows nothing of what calls it.',
      from: { path: '^dist/adapters/rehearsal/' },
      to: { path: '^dist/', pathNot: everythingOf(['adapters', 'domain', 'ports', 'emulator']) },
    },
    layer('emulator', [], 'The emulator shares no logic with the product: it would repeat its mistakes.'),
    {
      name: 'sdk-only-in-its-adapter',
      severity: 'error',
      comment: 'The SDK is behind the CloudReader and CloudWriter ports.',
      from: { path: '^dist/', pathNot: '^dist/adapters/alibaba/' },
      to: { path: 'node_modules/@alicloud' },
    },
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Two modules that need each other are one module, or three.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      comment: 'Declare it under dependencies in package.json.',
      from: { path: '^dist/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
  ],
  // The bundle in dist/bin/ is made of the same modules.
  options: { exclude: { path: '^dist/bin/' }, doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: false },
};
