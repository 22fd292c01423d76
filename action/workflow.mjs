// What the steps of the action share: how a step speaks to the runner.
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';

/** A failure that is told without a stack. */
export class StepError extends Error {}

/** An environment variable that the runner sets, or the action itself. */
export function required(name) {
  const value = process.env[name] ?? '';
  if (value === '') throw new StepError(`${name} is not set: this is a step of the action and needs its runner`);
  return value;
}

/** Sets outputs of this step. The delimiter cannot be guessed, so no value can end itself and set another output. */
export function setOutputs(outputs) {
  for (const [name, value] of Object.entries(outputs)) {
    const end = `end-${randomUUID()}`;
    appendFileSync(required('GITHUB_OUTPUT'), `${name}<<${end}\n${value}\n${end}\n`);
  }
}

/** `kind`: error, warning or notice. The message is ours, or made one by escaping. */
export function annotate(kind, message) {
  const escaped = message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  process.stdout.write(`::${kind} title=tallyman::${escaped}\n`);
}

/** Runs a step; what is expected to go wrong becomes an annotation and exit code 1. */
export async function step(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    annotate('error', error.message);
    process.exitCode = 1;
  }
}
