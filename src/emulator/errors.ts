/** The emulator cannot start or do what it was told. `code` is permanent, `hint` says what to do now. */
export class EmulatorError extends Error {
  override readonly name: string = 'EmulatorError';
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The state folder was made with another scenario. */
export class StaleStateError extends EmulatorError {
  override readonly name = 'StaleStateError';
  constructor(folder: string, oldScenario: string, newScenario: string) {
    super(
      'emulator-state-stale',
      `the emulator state in '${folder}' was made with ${
        oldScenario === newScenario
          ? `an older text of scenario '${newScenario}'`
          : `scenario '${oldScenario}', not '${newScenario}'`
      }`,
      'Run again with --emulator-reset to start over from the scenario, or put the old scenario back.',
    );
  }
}

/** Another emulator that is alive holds the state folder. */
export class StateInUseError extends EmulatorError {
  override readonly name = 'StateInUseError';
  constructor(folder: string, pid: number) {
    super(
      'emulator-state-in-use',
      `the emulator state in '${folder}' is in use by process ${pid}`,
      `Stop that process, or choose another folder. If it is no emulator, remove the file 'lock' in the folder.`,
    );
  }
}

/** The state folder cannot be read. */
export class StateDamagedError extends EmulatorError {
  override readonly name = 'StateDamagedError';
  constructor(file: string, what: string, options?: ErrorOptions) {
    super(
      'emulator-state-damaged',
      `the emulator state in '${file}' cannot be read: ${what}`,
      'Run again with --emulator-reset to start over from the scenario.',
      options,
    );
  }
}

/** One thing that is wrong with a scenario. */
export interface ScenarioProblem {
  readonly message: string;
  /** JSON pointer into the document. */
  readonly pointer: string;
  /** From 1; absent where the scenario is no text. */
  readonly line?: number;
  readonly column?: number;
}

/** The scenario is not usable. The message has one line for each problem. */
export class ScenarioError extends EmulatorError {
  override readonly name = 'ScenarioError';
  constructor(
    readonly file: string,
    readonly problems: readonly ScenarioProblem[],
  ) {
    super(
      'emulator-scenario-invalid',
      problems.map((problem) => `${placeOf(file, problem)} ${problem.message}`).join('\n'),
      'Correct the scenario; schemas/scenario.schema.json describes every field.',
    );
  }
}

function placeOf(file: string, { line, column, pointer }: ScenarioProblem): string {
  if (line !== undefined) return `${file}:${line}:${column}`;
  return pointer === '' ? `${file}:` : `${file}#${pointer}:`;
}
