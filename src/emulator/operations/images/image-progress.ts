import type { ImageRow } from '../../world/state.js';

export interface Progress {
  /** 0 to 100; 100 only once the image is finished. */
  readonly percent: number;
  /** Emulated seconds until it is finished; 0 where nothing is running. */
  readonly remainingSeconds: number;
}

/** Neither in the making nor failed. */
function isFinished({ status }: ImageRow): boolean {
  return status === 'Available' || status === 'Deprecated' || status === 'UnAvailable';
}

/** In the making, by a task or because the scenario says so. */
export function isUnfinished({ status }: ImageRow): boolean {
  return status === 'Creating' || status === 'Waiting';
}

/** How far the image is, read off the emulated clock. A queued image and a failed one stand at 0. */
export function progressOf(image: ImageRow, now: number): Progress {
  const { task } = image;
  if (task === null) return { percent: isFinished(image) ? 100 : 0, remainingSeconds: 0 };
  if (task.startedAt === null) return { percent: 0, remainingSeconds: Math.ceil(task.durationMs / 1000) };
  const elapsed = Math.max(0, now - task.startedAt);
  const percent = task.durationMs === 0 ? 99 : Math.min(99, Math.floor((elapsed / task.durationMs) * 100));
  return { percent, remainingSeconds: Math.max(0, Math.ceil((task.durationMs - elapsed) / 1000)) };
}
