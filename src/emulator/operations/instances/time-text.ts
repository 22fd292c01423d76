/** Instance times carry minutes, `2017-12-10T04:04Z`; disk times carry seconds. Source: ECS API reference, DescribeInstances and DescribeDisks. */
export function toMinuteText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}

export function toSecondText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

const minutePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z$/;
const secondPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** `yyyy-MM-ddTHH:mmZ`, as filters take it; undefined where the text is anything else. */
export function parseMinuteText(text: string): number | undefined {
  return minutePattern.test(text) ? validTime(`${text.slice(0, -1)}:00Z`) : undefined;
}

/** `yyyy-MM-ddTHH:mm:ssZ`, as AutoReleaseTime takes it. */
export function parseSecondText(text: string): number | undefined {
  return secondPattern.test(text) ? validTime(text) : undefined;
}

function validTime(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The `ExpiredTime` of everything that is paid as it is used. */
export const neverExpires = '2099-12-31T15:59Z';
