import { describe, expect, it } from 'vitest';
import { createLog, type LogLevel, logLevel, type NodeLog } from '../../../src/adapters/node/log.js';

async function logInto(lines: string[], format: 'text' | 'json', level: LogLevel = 'debug'): Promise<NodeLog> {
  return createLog({ format, level, write: (line) => lines.push(line) });
}

describe('a log', () => {
  it('writes text with its fields behind the message', async () => {
    const lines: string[] = [];
    const log = await logInto(lines, 'text');
    log.info('copying', { image: 'm-1', percent: 40, note: 'two words' });
    log.warn('slow');
    expect(lines).toEqual(['copying image=m-1 percent=40 note="two words"\n', 'warn: slow\n']);
  });

  it('writes JSON lines in which a field cannot stand for the message', async () => {
    const lines: string[] = [];
    const log = await logInto(lines, 'json');
    log.info('copying', { message: 'forged', level: 'fatal' });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      message: 'copying',
      fields: { message: 'forged', level: 'fatal' },
    });
  });

  it.each([
    [{ quiet: true, verbose: 0 }, ['warn']],
    [{ quiet: false, verbose: 0 }, ['info', 'warn']],
    [{ quiet: false, verbose: 1 }, ['debug', 'info', 'warn']],
  ])('with flags %j shows %j', async (flags, shown) => {
    const lines: string[] = [];
    const log = await logInto(lines, 'text', logLevel(flags));
    log.debug('debug');
    log.info('info');
    log.warn('warn');
    expect(lines.map((line) => line.trim().split(' ').at(-1))).toEqual(shown);
  });

  it.each(['text', 'json'] as const)('leaves secrets out of %s, wherever they stand', async (format) => {
    const lines: string[] = [];
    const log = await logInto(lines, format);
    log.addSecret('planted-secret');
    log.info('key planted-secret!', { where: 'in planted-secret', 'planted-secret': true });
    expect(lines.join('')).not.toContain('planted-secret');
    expect(lines.join('')).toContain('***');
  });

  it.each(['text', 'json'] as const)('cannot be made to act on a terminal in %s', async (format) => {
    const lines: string[] = [];
    const log = await logInto(lines, format);
    log.info('a\u001b[2Jb\r\nc\u202ed\u0007\u2028e\u009b', { 'k\n': 'v\u001b' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Zl}\u202e]/u);
  });
});
