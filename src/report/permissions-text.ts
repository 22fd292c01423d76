import { createPaint, type TextOptions } from './paint.js';
import { sanitise } from './sanitise.js';

/** Policies of RAM; the report knows no more of them than that they are JSON. */
interface PermissionsReport {
  readonly accounts: readonly {
    readonly account: string;
    readonly uid: string;
    readonly plan: object;
    readonly apply: object;
  }[];
  readonly deny: object;
}

export function renderPermissionsText({ accounts, deny }: PermissionsReport, { isColored }: TextOptions): string {
  const paint = createPaint(isColored);
  const block = (title: string, policy: object): string =>
    `${paint.strong(title)}\n\n${JSON.stringify(policy, null, 2).split('\n').map(sanitise).join('\n')}\n`;
  return [
    ...accounts.flatMap(({ account, uid, plan, apply }) => {
      const name = sanitise(`${account} (${uid})`);
      return [block(`# ${name}: to look`, plan), block(`# ${name}: to apply`, apply)];
    }),
    block('# everybody else who may write tags, in each account', deny),
  ].join('\n');
}
