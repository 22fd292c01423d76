/** What each exit code tells, for the help. */
export const exitCodeMeanings: readonly (readonly [string, string])[] = [
  ['0', 'done, nothing the caller asked to be told about'],
  ['1', 'could not finish: credentials, network, an API error, a bug'],
  ['2', 'changes (plan --detailed-exitcode), drift, or a newer image (update --check)'],
  ['3', 'policy said no'],
  ['4', 'input not usable: a flag, the project, a manifest, a policy, a plan file'],
  ['5', 'the saved plan is stale, expired or for something else'],
  ['6', 'in progress: work goes on in the cloud, run again'],
  ['7', 'partly applied, or a rollout that halted'],
  ['8', 'refused: no approval, a class that is not allowed, too many removals'],
  ['130, 143', 'SIGINT, SIGTERM before any write'],
];
