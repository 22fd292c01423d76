import { operationOf } from '../../../src/domain/action.js';
import type { RunRecord } from '../applier.js';
import type { Invariant } from '../invariant.js';

/**
 * Of every run: each call that writes is one that an action of its plan announces, at that address. Of a run that nobody
 * disturbed: it makes exactly the calls of its plan, each once, but those of actions that found the world already so.
 */
export const planSaysWhatApplyDoes: Invariant = {
  name: 'plan-says-what-apply-does',
  watch: ({ fail }) => {
    /** What each run made: a creating call whose token names what is gone by now makes nothing, and is sent anew. */
    const made = new Map<string, string[]>();
    return {
      changed: ({ table, before, after, cause }) => {
        if (cause.kind !== 'run' || before !== undefined || after === undefined) return;
        const operation = creations[table];
        const call = `${operation} ${'tags' in after ? after.tags['tallyman:resource'] : ''}`;
        if (operation !== undefined) made.set(cause.run, [...(made.get(cause.run) ?? []), call]);
      },
      ended: (run) => {
        const announced = new Set(
          (run.result?.plan.plan.actions ?? []).map((action) => `${operationOf(action)} ${action.address}`),
        );
        if (run.result === null) return;
        for (const { operation, address } of run.audit) {
          if (announced.has(`${operation} ${address}`) || isRemedy(run, operation)) continue;
          fail(`${run.name} sent ${operation} at ${address}, which its plan does not announce`);
        }
        if (!run.isDisturbed) compare(run, made.get(run.name) ?? [], fail);
      },
    };
  },
};

const creations: Readonly<Record<string, string>> = { instances: 'RunInstances', images: 'CopyImage' };

/** What follows when an image does not come up, or a replacement is refused: the plan cannot know. */
function isRemedy({ result }: RunRecord, operation: string): boolean {
  const isAsPlanned =
    result?.outcome?.actions.every(({ status }) => status === 'done' || status === 'unchanged') ?? true;
  return !isAsPlanned && remedies.has(operation);
}

const remedies: ReadonlySet<string> = new Set([
  'StartInstance',
  'StopInstance',
  'ReplaceSystemDisk',
  'TagResources',
  'UntagResources',
]);

function compare(
  { name, result, audit }: RunRecord,
  created: readonly string[],
  fail: (message: string) => void,
): void {
  const actions = result?.outcome?.actions ?? [];
  if (actions.some(({ status }) => status !== 'done' && status !== 'unchanged')) return;
  const announced = actions
    .filter(({ status }) => status === 'done')
    .flatMap(({ action }) => {
      const operation = operationOf(action);
      return operation === null ? [] : [`${operation} ${action.address}`];
    });
  const sent = audit
    .filter(({ phase, result: answer }) => phase === 'after' && answer === 'ok')
    .map(({ operation, address }) => `${operation} ${address}`)
    .filter((call) => !/^(?:RunInstances|CopyImage) /.test(call))
    .concat(created);
  for (const call of new Set([...announced, ...sent])) {
    const wanted = announced.filter((one) => one === call).length;
    const made = sent.filter((one) => one === call).length;
    if (wanted !== made) fail(`${name} made ${made} calls of ${call}, and its plan announces ${wanted}`);
  }
}
