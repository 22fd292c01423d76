import { dirname } from 'node:path';
import { exitCode, TallymanError } from '../../domain/errors.js';
import { findingChanges } from '../../domain/finding-changes.js';
import type { Diagnostic } from '../../domain/finding.js';
import { renderWatchFailure, renderWatchHead, renderWatchText, watchingText } from '../../report/watch-text.js';
import type { CommandContext } from '../command.js';
import { hasInputError } from '../exit-code.js';
import { flags } from '../flags.js';
import { LatestRun } from '../latest-run.js';
import { lintLoaded } from '../lint-run.js';
import { type LoadedEnvironments, openEnvironments, projectPath, todayOf } from '../project.js';
import { SessionCache } from '../session-cache.js';

/** Until it is interrupted: that is how it ends, so the exit code is 0. */
export async function run(context: CommandContext): Promise<number> {
  const { runtime, terminal } = context;
  const path = await projectPath(context);
  const changed = new Set<string>();
  const session = new Session(context, path);
  const runs = new LatestRun(runtime, async () => {
    const files = [...changed].sort();
    changed.clear();
    watch.add(await session.look(files));
  });
  const interrupted = new Promise<void>((done) => {
    const stop = runtime.onSignal(() => {
      stop();
      done();
    });
  });
  const watch = await runtime.watchFolder({
    folder: dirname(path),
    onChange: (path) => {
      changed.add(path);
      runs.touch();
    },
    onProblem: (message) => terminal.err.write(`${message}\n`),
  });
  try {
    runs.begin();
    await Promise.race([interrupted, runs.failure]);
  } finally {
    await watch.close();
    await runs.close();
  }
  return exitCode.done;
}

/** Looks at the project again and again, and says what is different. */
class Session {
  readonly #cache = new SessionCache();
  #before: readonly Diagnostic[] | null = null;

  constructor(
    private readonly context: CommandContext,
    /** Fixed at the start: while the file is away, one further up must not stand in for it. */
    private readonly path: string,
  ) {}

  /** Resolves with the files, besides manifests, that the project names. A project that cannot be read is told. */
  async look(files: readonly string[]): Promise<readonly string[]> {
    const { out } = this.context.terminal;
    const clock = await this.context.runtime.systemClock();
    const time = new Date(clock.now()).toTimeString().slice(0, 8);
    out.write(renderWatchHead(time, files, out));
    try {
      const loaded = await openEnvironments(this.context, { cache: this.#cache, path: this.path });
      await this.#lint(loaded);
      return loaded.project.filesNamed;
    } catch (error) {
      if (!(error instanceof TallymanError)) throw error;
      out.write(renderWatchFailure(error.message, error.hint, out));
      return [];
    }
  }

  async #lint(loaded: LoadedEnvironments): Promise<void> {
    const { terminal } = this.context;
    const result = await lintLoaded(this.context, loaded, await todayOf(this.context));
    const now = result.diagnostics.filter(({ waiver }) => waiver === null);
    const changes = this.#before === null ? null : findingChanges(this.#before, now);
    if (this.#before === null && !terminal.isQuiet) {
      terminal.err.write(watchingText(loaded.root, result.summary.files));
    }
    this.#before = now;
    terminal.out.write(renderWatchText({ result, changes }, terminal.out));
    const wantsPlan = this.context.arguments.isOn(flags.plan);
    if (!wantsPlan || loaded.project.desired === null || hasInputError(result.diagnostics)) return;
    // What plans, and what talks to the cloud, is loaded only where it is asked for.
    const { planOnce } = await import('./watch-plan.js');
    terminal.out.write(await planOnce(this.context, { cache: this.#cache, path: this.path }));
  }
}
