/** One flag: the one source of parsing, help and documentation. */
export interface Flag {
  /** Without dashes. */
  readonly name: string;
  readonly short?: string;
  /** What its value is called in the help; a flag without one is a switch. */
  readonly value?: string;
  readonly isRepeatable?: true;
  /** The value may be left out; the next word is taken for it only where this says so. */
  readonly takesNext?: (word: string) => boolean;
  /** Whether `TALLYMAN_<NAME>` stands for it. Nothing that approves or allows can be set that way. */
  readonly isInEnvironment?: true;
  readonly summary: string;
}

/** `--plan-max-age` -> `TALLYMAN_PLAN_MAX_AGE`. */
export function environmentName(flag: Flag): string {
  return `TALLYMAN_${flag.name.toUpperCase().replaceAll('-', '_')}`;
}
