import type { Action, WaitGoal } from '../domain/action.js';

const goals: Readonly<Record<WaitGoal['kind'], string>> = {
  'image-available': 'wait until Available',
  'instance-running': 'wait until Running',
  'instance-healthy': 'wait until healthy',
  'siblings-healthy': 'look at the health of the others',
};

/** What an action is called in progress and results: its API operation, or what is waited for. */
export function actionText(action: Action): string {
  return action.kind === 'Wait' ? goals[action.until.kind] : action.kind;
}
