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
];
