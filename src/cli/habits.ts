/** Words of neighbour tools, and the command that does it here. */
export const habitualCommands: ReadonlyMap<string, string> = new Map([
  ['preview', 'plan'],
  ['diff', 'plan'],
  ['dry-run', 'plan'],
  ['deploy', 'apply'],
  ['sync', 'apply'],
  ['validate', 'lint'],
  ['check', 'lint'],
  ['scan', 'audit'],
  ['refresh', 'drift'],
]);

/** Commands of the design that are not built yet, and what to do instead. */
export const unbuiltCommands: ReadonlyMap<string, string> = new Map([
  ['controller', 'Run `tallyman apply` on a schedule.'],
]);

/** Flags of neighbour tools, and what does it here. */
export const habitualFlags: ReadonlyMap<string, string> = new Map([
  ['baseline', 'There is no baseline, but `--write-waivers FILE`: Waivers, dated and with a reason.'],
  ['dry-run', 'Use `tallyman plan`: it has nothing to write with.'],
  ['force', 'Nothing is forced: `--allow CLASS` allows one destructive class.'],
  ['approve', 'Use `--auto-approve`.'],
  ['format', 'Use `-o FORMAT`.'],
  ['json', 'Use `-o json`.'],
  ['file', 'Use `-f PATH`.'],
  ['var', 'There are no variables.'],
]);
