import { TallymanError } from '../../../src/domain/errors.js';
import type { Invariant } from '../invariant.js';

/** Whatever the outside does, no run ends by a mistake of our own. */
export const noDefect: Invariant = {
  name: 'no-defect',
  watch: ({ fail }) => ({
    ended: ({ name, error, result }) => {
      if (error !== null && !(error instanceof TallymanError)) {
        fail(`${name} threw ${error.stack ?? error.message}`);
      }
      for (const { message, hint } of result?.outcome?.actions ?? []) {
        if (message?.startsWith('a defect of tallyman') === true) fail(`${name}: ${message} ${hint}`);
      }
    },
  }),
};
