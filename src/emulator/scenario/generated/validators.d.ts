// Generated from schemas/ by `npm run generate`.
import type { Fault } from '../../faults/fault.js';
import type { Scenario, ScenarioImage, ScenarioInstance } from '../scenario.js';
import type { SchemaError } from '../schema-error.js';

/** Whether the value is such a thing; if not, `errors` says why until the next call. */
export interface Validator<Thing> {
  (value: unknown): value is Thing;
  readonly errors?: readonly SchemaError[] | null;
}

export const isScenario: Validator<Scenario>;
export const isFault: Validator<Fault>;
export const isScenarioImage: Validator<ScenarioImage>;
export const isScenarioInstance: Validator<ScenarioInstance>;
