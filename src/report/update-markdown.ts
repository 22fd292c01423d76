import type { Address } from '../domain/address.js';
import type { LockEntry } from '../domain/lock.js';
import type { LockChange, UpdateResult } from '../domain/result.js';
import { assembled, code, codeCell, listParts, table, told } from './markdown.js';
import { encryptionText } from './update-text.js';
import { ageText, count } from './words.js';

export interface UpdateReport {
  readonly result: UpdateResult;
  /** Milliseconds since 1970, for ages. */
  readonly nowMs: number;
  /** What moves to the new images with the next apply. */
  readonly rolls: readonly Roll[];
}

/** The members of an Instance that get a new system disk, or are made anew. */
export interface Roll {
  readonly address: Address;
  /** The source that its image comes from. */
  readonly source: string;
  readonly members: number;
  readonly waves: number;
}

/** Assumed for one wave: stop, replace, start, and the time to be called healthy. */
const minutesPerWave = 5;

/** The body of a pull request that proposes a lock: what is new, compared, and what it sets in motion. */
export function renderUpdateMarkdown({ result, nowMs, rolls }: UpdateReport): string {
  const changed = result.changes.filter(({ kind }) => kind !== 'unchanged');
  const errors = result.diagnostics.map(({ ruleId, message, hint }) => {
    return `- ${code(ruleId)}: ${told(message)}\n  <br>→ ${told(hint.replaceAll('\n', ' '))}\n`;
  });
  const title =
    changed.length === 0
      ? 'no newer image'
      : `${count(changed.length, 'pinned image')} ${changed.length === 1 ? 'changes' : 'change'}`;
  const parts = [
    `### ${code(result.lockFile)}: ${title}\n`,
    ...listParts('**Not resolved**\n\n', errors, 'error', 0),
    ...changed.map((change) => ({ markdown: changePart(change, nowMs), noun: 'pinned image', rank: 1 })),
    changed.length === 0 ? '' : rollsPart(rolls),
  ];
  const unchanged = result.changes.length - changed.length;
  return assembled(parts, `${unchanged} unchanged.\n`);
}

function changePart({ source, region, kind, before, after }: LockChange, nowMs: number): string {
  const row = (name: string, text: (entry: LockEntry) => string): readonly { readonly markdown: string }[] => {
    return [name, ...[before, after].map((entry) => (entry === null ? '' : codeCell(text(entry))))].map((markdown) => ({
      markdown,
    }));
  };
  const rows = [
    row('Image', ({ imageId }) => imageId),
    row('Name', ({ name }) => name),
    row('Owner', ({ owner }) => owner),
    row('Created', ({ createdAt }) => `${createdAt} (${ageText(createdAt, nowMs)})`),
    row('Size', ({ sizeGiB }) => `${sizeGiB} GiB`),
    row('Encrypted', ({ encrypted }) => encryptionText(encrypted)),
    row('Fingerprint', ({ fingerprint }) => fingerprint.slice(0, 'sha256:'.length + 16)),
  ];
  const isOtherOwner = before !== null && after !== null && before.owner !== after.owner;
  const warning = isOtherOwner ? '\n**The owner is another one.**\n' : '';
  return `**${code(source)} in ${code(region)}** (${kind})\n\n${table(['', 'Old', 'New'], rows)}${warning}`;
}

function rollsPart(rolls: readonly Roll[]): string {
  if (rolls.length === 0) return 'Nothing that runs moves to another image by this.\n';
  const items = rolls.map(({ address, source, members, waves }) => {
    return `- ${code(address)} (from ${code(source)}): ${count(members, 'member')} in ${count(waves, 'wave')}, about ${waves * minutesPerWave} minutes\n`;
  });
  return `**What rolls with the next apply**\n\n${items.join('')}`;
}
