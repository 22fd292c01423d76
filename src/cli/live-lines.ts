import type { ProgressEvent } from '../domain/progress.js';
import type { ApplyResult, PlanResult } from '../domain/result.js';
import type * as rendering from '../report/apply-jsonl.js';
import { checkReportOf, planFacts } from './check-report.js';
import type { CommandContext } from './command.js';
import type { OutputTarget } from './outputs.js';
import type { LoadedProject } from './project.js';

type Rendering = typeof rendering;

/** The JSON lines of an apply, shown on standard output as things happen, and kept for a file. */
export class LiveLines {
  private text = '';
  private lastMs = 0;

  private constructor(
    private readonly context: CommandContext,
    private readonly loaded: LoadedProject,
    private readonly command: string,
    private readonly rendering: Rendering,
  ) {}

  /** Null where nobody asked for them: then nothing is loaded for them either. */
  static async open(context: CommandContext, loaded: LoadedProject, command: string): Promise<LiveLines | null> {
    if (!context.outputs.some(({ format }) => format === 'jsonl')) return null;
    return new LiveLines(context, loaded, command, await import('../report/apply-jsonl.js'));
  }

  async planned(plan: PlanResult): Promise<void> {
    const { context, loaded } = this;
    this.lastMs = Date.parse(plan.timestamp);
    const report = await checkReportOf(context, loaded, planFacts(this.command, plan));
    this.add(this.rendering.renderPlannedJsonl(report, plan));
  }

  event(event: ProgressEvent): void {
    this.lastMs = event.atMs;
    this.add(this.rendering.renderEventJsonl(event));
  }

  /** All of them. */
  ended(result: ApplyResult): string {
    this.add(this.rendering.renderSummaryJsonl(result, new Date(this.lastMs).toISOString()));
    return this.text;
  }

  private add(lines: string): void {
    this.text += lines;
    if (this.context.outputs.some(isShown)) this.context.terminal.out.write(lines);
  }
}

/** Whether an output is written while things happen, and needs nothing at the end. */
export function isShown({ format, file }: OutputTarget): boolean {
  return format === 'jsonl' && file === null;
}
