/** How it is started, for playwright-core. CHROMIUM names another one. Throws where there is none. */
export function chromiumOptions(environment?: NodeJS.ProcessEnv): {
  readonly executablePath: string;
  readonly args: string[];
};
