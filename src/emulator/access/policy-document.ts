import type { PolicyDocument } from './policy.js';

/** Whether parsed JSON has the shape of a RAM policy. */
export function isPolicyDocument(value: unknown): value is PolicyDocument {
  return isRecord(value) && Array.isArray(value['Statement']) && value['Statement'].every(isStatement);
}

function isStatement(value: unknown): boolean {
  if (!isRecord(value) || (value['Effect'] !== 'Allow' && value['Effect'] !== 'Deny')) return false;
  const condition = value['Condition'];
  return isTextOrTexts(value['Action']) && isTextOrTexts(value['Resource']) && isConditionOrNothing(condition);
}

function isConditionOrNothing(value: unknown): boolean {
  if (value === undefined) return true;
  return (
    isRecord(value) && Object.values(value).every((keys) => isRecord(keys) && Object.values(keys).every(isTextOrTexts))
  );
}

function isTextOrTexts(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
