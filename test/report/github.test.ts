import { describe, expect, it } from 'vitest';
import { renderGithub } from '../../src/report/github.js';
import { aCheckReport, aDiagnostic, aRefusal, aWaiver } from './build.js';
import { parseWorkflowCommands } from './workflow-commands.js';

function many(severity: 'error' | 'warning' | 'info', amount: number) {
  return Array.from({ length: amount }, (_, index) => aDiagnostic({ severity, message: `${severity} ${index}` }));
}

describe('a check as annotations of GitHub', () => {
  it('places each finding, with its rule as title', () => {
    expect(renderGithub(aCheckReport({ diagnostics: [aDiagnostic()] }))).toBe(
      "::warning file=manifests/web.yaml,line=14,endLine=14,col=18,endColumn=24,title=trust/copy-before-use::`image` must name an ImageCopy: 'golden' belongs to account '1600000000000001'%0AAdd an ImageCopy of 'golden' and name it here.\n",
    );
  });

  it('escapes what would end a property or the line', () => {
    const range = { ...aDiagnostic().range!, file: 'a,b:c%d.yaml' };
    const text = renderGithub(
      aCheckReport({ diagnostics: [aDiagnostic({ range, message: '100% of a:b,c', hint: '' })] }),
    );
    expect(text).toMatch(/^::warning file=a%2Cb%3Ac%25d\.yaml,.*::100%25 of a:b,c\n$/);
    expect(parseWorkflowCommands(text)).toMatchObject([
      { properties: { file: 'a,b:c%d.yaml' }, message: '100% of a:b,c' },
    ]);
  });

  it('gives no columns for a range of several lines, and the address where there is no file', () => {
    const range = { ...aDiagnostic().range!, end: { line: 15, column: 1 } };
    const [spanning, live] = parseWorkflowCommands(
      renderGithub(aCheckReport({ diagnostics: [aDiagnostic({ range }), aDiagnostic({ range: null, hint: '' })] })),
    );
    expect(Object.keys(spanning?.properties ?? {})).toStrictEqual(['file', 'line', 'endLine', 'title']);
    expect(live?.message).toMatch(/^Instance\/web: `image` must/);
    expect(Object.keys(live?.properties ?? {})).toStrictEqual(['title']);
  });

  it('keeps ten errors and ten warnings, and counts the others in one notice', () => {
    const diagnostics = [...many('warning', 12), ...many('error', 13), ...many('info', 12)];
    const commands = parseWorkflowCommands(renderGithub(aCheckReport({ diagnostics })));
    const amount = (kind: string) => commands.filter(({ command }) => command === kind).length;
    expect([amount('error'), amount('warning'), amount('notice')]).toStrictEqual([10, 10, 10]);
    expect(commands[0]?.message).toMatch(/^error 0/);
    expect(commands.at(-1)?.message).toMatch(/^8 findings more: /);
  });

  it('leaves out what is waived, and shows what a guard refuses as an error', () => {
    const diagnostics = [aDiagnostic({ waiver: aWaiver })];
    expect(renderGithub(aCheckReport({ diagnostics }))).toBe('');
    expect(renderGithub(aCheckReport({ refusals: [aRefusal()] }))).toBe(
      '::error title=guard/class-not-allowed::delete is not allowed%0AInstance/web/1%0AAllow it:%0A  tallyman plan --allow delete\n',
    );
  });
});
