/** A fenced block of a page: its info string, and the line of the fence. */
export interface Block {
  readonly page: string;
  readonly line: number;
  readonly info: string;
  readonly text: string;
}

export function blocksOf(page: string, markdown: string): readonly Block[] {
  const lines = markdown.split('\n');
  const blocks: Block[] = [];
  for (let line = 0; line < lines.length; line += 1) {
    const info = /^```(.*)$/.exec(lines[line] ?? '')?.[1];
    if (info === undefined) continue;
    const end = lines.indexOf('```', line + 1);
    if (end === -1) throw new Error(`${page}:${line + 1}: the block has no end`);
    blocks.push({ page, line: line + 1, info, text: lines.slice(line + 1, end).join('\n') });
    line = end;
  }
  return blocks;
}

/** A command of a `console` block, and what is shown of its output: parts in order, between lines `...`. */
export interface ExpectedRun {
  readonly command: string;
  readonly parts: readonly string[];
}

export function expectedRuns(text: string): readonly ExpectedRun[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((run) => {
      const [command = '', ...shown] = run.trimEnd().split('\n');
      const parts = shown
        .join('\n')
        .split(/^\.\.\.$/m)
        .map((part) => part.trim())
        .filter((part) => part !== '');
      return { command, parts: shown[0] === '...' ? ['', ...parts] : parts };
    });
}

/** Command lines in a block that call tallyman: shell, or the steps of a CI job. */
export function tallymanLines(text: string): readonly string[] {
  return text
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => /(?:^|\s)(?:npx )?(tallyman (?:lint|update|plan|apply|status|emulator)\b.*)$/.exec(line)?.[1])
    .filter((line) => line !== undefined);
}
