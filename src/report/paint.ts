import picocolors from 'picocolors';

/** Colours by meaning. No report needs them to be understood: everything they say stands there in words or symbols. */
export interface Paint {
  error(text: string): string;
  warning(text: string): string;
  info(text: string): string;
  added(text: string): string;
  removed(text: string): string;
  changed(text: string): string;
  strong(text: string): string;
  faint(text: string): string;
}

export function createPaint(isColored: boolean): Paint {
  const colors = picocolors.createColors(isColored);
  return {
    error: colors.red,
    warning: colors.yellow,
    info: colors.cyan,
    added: colors.green,
    removed: colors.red,
    changed: colors.yellow,
    strong: colors.bold,
    faint: colors.dim,
  };
}

/** How a text report is drawn. */
export interface TextOptions {
  readonly isColored: boolean;
}
