const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** `90s`, `10m`, `1h30m`, `500ms` in milliseconds; undefined for everything else. Units come from large to small. */
export function parseDuration(text: string): number | undefined {
  const match = /^(?:(?<d>\d+)d)?(?:(?<h>\d+)h)?(?:(?<m>\d+)m(?!s))?(?:(?<s>\d+)s)?(?:(?<ms>\d+)ms)?$/.exec(text);
  if (match === null || text === '') return undefined;
  const units = Object.entries(unitMs).map(([unit, ms]) => Number(match.groups?.[unit] ?? 0) * ms);
  const total = units.reduce((sum, ms) => sum + ms, 0);
  return Number.isSafeInteger(total) ? total : undefined;
}
