/** `1 warning`, `2 warnings`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** `45s`, `2m10s`, `1h5m`: the two largest units. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return joined([minutes, 'm'], [seconds % 60, 's']);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return joined([hours, 'h'], [minutes % 60, 'm']);
  return joined([Math.floor(hours / 24), 'd'], [hours % 24, 'h']);
}

function joined(large: readonly [number, string], small: readonly [number, string]): string {
  return `${large.join('')}${small[0] === 0 ? '' : small.join('')}`;
}

/** Age in days of something of this time (ISO 8601): `today`, `1 day`, `32 days`; '' where the time cannot be read. */
export function ageText(createdAt: string, nowMs: number): string {
  const createdMs = Date.parse(createdAt);
  if (Number.isNaN(createdMs)) return '';
  const days = Math.floor((nowMs - createdMs) / (24 * 60 * 60_000));
  return days <= 0 ? 'today' : count(days, 'day');
}

/** `an image is old` -> `An image is old`. */
export function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
