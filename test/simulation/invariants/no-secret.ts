import { renderApplyText } from '../../../src/report/apply-text.js';
import { TallymanError } from '../../../src/domain/errors.js';
import type { Invariant } from '../invariant.js';
import { userDataSecret } from '../world.js';

/** What is planted: the key's secret, and what the user data holds, as it stands there and as it is sent. */
const secrets: readonly string[] = [
  'planted-secret-of-the-user-data',
  Buffer.from(userDataSecret).toString('base64'),
  'planted-access-key-secret',
];

/** No secret stands in anything that a run says: plan file, events, audit log, outcome, error, text. */
export const noSecret: Invariant = {
  name: 'no-secret',
  watch: ({ fail }) => ({
    ended: ({ name, result, error, audit, events }) => {
      const said = [
        JSON.stringify(result?.plan.document ?? null),
        JSON.stringify(result?.plan.diagnostics.map(({ message, hint, value }) => [message, hint, value]) ?? null),
        JSON.stringify(result?.outcome?.actions.map(({ action: _action, ...told }) => told) ?? null),
        JSON.stringify(audit),
        JSON.stringify(events.map(({ message }) => message)),
        error instanceof TallymanError ? `${error.message} ${error.hint}` : (error?.message ?? ''),
        result === null ? '' : renderApplyText(result, { command: ['tallyman', 'apply'], isColored: false }),
      ];
      const secret = secrets.find((one) => said.some((text) => text.includes(one)));
      if (secret !== undefined) fail(`${name} shows '${secret.slice(0, 12)}...'`);
    },
  }),
};
