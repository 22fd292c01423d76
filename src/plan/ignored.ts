import type { IgnorableField, Instance } from '../domain/desired.js';

/** Whether the manifest says that a field is not compared once the instance is there. */
export function isIgnored(instance: Instance, field: IgnorableField): boolean {
  return instance.ignoreChanges.includes(field);
}
