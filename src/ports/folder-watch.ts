/** Tells that files below a folder may have changed. It may tell too often. */
export interface FolderWatch {
  /** Looks at these files too, whatever they are called; paths relative to the folder. Known ones are left as they are. */
  add(paths: readonly string[]): void;
  close(): Promise<void>;
}

export interface FolderWatchOptions {
  /** Absolute path. It may be removed and made again. */
  readonly folder: string;
  /** Called with a path relative to the folder, with `/`, for each file that was written, made or removed; '.': all. */
  readonly onChange: (path: string) => void;
  /** Told when changes can no longer be seen, in one sentence with what to do. */
  readonly onProblem: (message: string) => void;
}
