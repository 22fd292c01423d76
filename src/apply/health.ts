import type { Action } from '../domain/action.js';
import type { Health, Probe } from '../domain/desired.js';
import type { ObservedInstance } from '../domain/observed.js';
import type { ApplyContext } from './context.js';
import { pollInterval, pollUntil } from './poll.js';
import { readInstance } from './reads.js';

/** What is not well with a member, as the end of a sentence that begins with its ID; null where all is well. */
export type Ailment = string | null;

/** Running, for so many looks in a row, within the time that the manifest gives it. */
export async function runningAilment(
  context: ApplyContext,
  action: Action,
  instanceId: string,
  pace: Health['instanceStatus'],
): Promise<Ailment> {
  return inARow(context, pace, async () => {
    const instance = await readInstance(context, action.scope, instanceId);
    return instance?.status === 'Running' ? null : 'does not come up';
  });
}

/** A read may be older than the start: one that shows the machine down is believed once it cannot be late any more. */
export async function isDown(context: ApplyContext, action: Action, instanceId: string): Promise<boolean> {
  const running = await pollUntil(context, context.times.lagMs, async () => {
    const now = await readInstance(context, action.scope, instanceId);
    return now?.status === 'Running' ? true : undefined;
  });
  return running !== true;
}

/** Each probe passes in its own time. */
export async function servingAilment(
  context: ApplyContext,
  instance: Pick<ObservedInstance, 'privateIp'>,
  probes: readonly Probe[],
): Promise<Ailment> {
  const ailments = await Promise.all(
    probes.map((probe) => inARow(context, probe, () => probeOnce(context, instance, probe))),
  );
  return ailments.find((ailment) => ailment !== null) ?? null;
}

/** One look each. */
export async function presentAilment(
  context: ApplyContext,
  instance: Pick<ObservedInstance, 'privateIp'>,
  probes: readonly Probe[],
): Promise<Ailment> {
  const ailments = await Promise.all(probes.map((probe) => probeOnce(context, instance, probe)));
  return ailments.find((ailment) => ailment !== null) ?? null;
}

async function probeOnce(
  context: ApplyContext,
  { privateIp }: Pick<ObservedInstance, 'privateIp'>,
  probe: Probe,
): Promise<Ailment> {
  if (privateIp === '') return 'has no private address to probe';
  const reason = await context.prober.probe(privateIp, probe, context.signal);
  return reason === null ? null : `fails its ${probe.kind} probe (${reason})`;
}

/** Looks until as many looks in a row as asked found nothing; what the last one found where time is up. */
async function inARow(
  context: ApplyContext,
  { timeoutSeconds, periodSeconds, successes }: Health['instanceStatus'],
  look: () => Promise<Ailment>,
): Promise<Ailment> {
  const deadlineMs = context.clock.now() + timeoutSeconds * 1000;
  let passed = 0;
  for (;;) {
    const ailment = await look();
    passed = ailment === null ? passed + 1 : 0;
    if (passed >= successes) return null;
    if (context.clock.now() >= deadlineMs) return ailment ?? `is not well ${successes} times in a row`;
    await context.clock.sleep(pollInterval(context, periodSeconds * 1000), context.signal);
  }
}
