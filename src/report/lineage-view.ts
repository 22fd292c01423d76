import { resourceOf } from '../domain/address.js';
import type { ChangeKind } from '../domain/change-kind.js';
import { type Lineage, type LineageNode, type LineageRole, withAncestors } from '../domain/lineage-graph.js';
import type { Encryption } from '../domain/lock.js';
import { changeSymbols } from './change-kinds.js';
import { knownLater } from './field-changes.js';
import { count } from './words.js';

/** One element of a picture, in words. Text from outside; not cleaned yet. */
export interface LineageBox {
  readonly key: string;
  readonly role: LineageRole;
  /** `source`, `3 instances`: what it is. */
  readonly word: string;
  readonly title: string;
  /** IDs, owner, place and encryption, a line each. */
  readonly lines: readonly string[];
  readonly kind: ChangeKind;
  /** `+ create`; '' where the plan leaves it alone. */
  readonly mark: string;
  /** What its title stands for in the rest of a report; null for what has no address. */
  readonly address: string | null;
}

/** A lineage as it can be looked at. */
export interface LineageView {
  readonly boxes: readonly LineageBox[];
  /** Keys: from where to what is made of it. */
  readonly edges: readonly (readonly [from: string, to: string])[];
  /** What a large lineage was made smaller by, as a sentence; '' where it is whole. */
  readonly note: string;
}

export function isMarked({ kind }: Pick<LineageBox, 'kind'>): boolean {
  return kind !== 'read' && kind !== 'no-op';
}

/**
 * Of at most so many elements. What is too large is put together by resource, then told without what neither changes
 * nor leads to something that does, then cut; the note says so.
 */
export function viewOf(lineage: Lineage, boxesMax: number): LineageView {
  if (lineage.nodes.length <= boxesMax) return viewed(lineage, '');
  const together = byResource(lineage);
  if (together.nodes.length <= boxesMax)
    return viewed(together, 'Members of one resource that fare alike are one box.');
  const changing = onlyChanging(together);
  const left = together.nodes.length - changing.nodes.length;
  const without =
    left === 0 ? '' : ` ${count(left, 'box')} left out because nothing changes there.`.replace('boxs', 'boxes');
  if (changing.nodes.length <= boxesMax && changing.nodes.length > 0) {
    return viewed(changing, `Members of one resource that fare alike are one box.${without}`);
  }
  const shown = changing.nodes.length > 0 ? changing : together;
  const cut = { ...shown, nodes: shown.nodes.slice(0, boxesMax) };
  return viewed(cut, `The first ${boxesMax} of ${lineage.nodes.length} elements are drawn.`);
}

function viewed({ nodes, edges }: Lineage, note: string): LineageView {
  const keys = new Set(nodes.map(({ key }) => key));
  return {
    boxes: nodes.map(boxOf),
    edges: edges.filter(([from, to]) => keys.has(from) && keys.has(to)),
    note,
  };
}

function byResource({ nodes, edges }: Lineage): Lineage {
  const newKeys = new Map<string, string>();
  const merged = new Map<string, LineageNode>();
  for (const node of nodes) {
    const resource = node.address === null ? node.key : resourceOf(node.address);
    const key = JSON.stringify([resource, node.role, node.change]);
    newKeys.set(node.key, key);
    const before = merged.get(key);
    merged.set(key, before === undefined ? { ...node, key } : together(before, node));
  }
  const seen = new Map<string, readonly [string, string]>();
  for (const [from, to] of edges) {
    const edge = [newKeys.get(from) ?? from, newKeys.get(to) ?? to] as const;
    if (edge[0] !== edge[1]) seen.set(JSON.stringify(edge), edge);
  }
  return { nodes: [...merged.values()], edges: [...seen.values()] };
}

function together(one: LineageNode, other: LineageNode): LineageNode {
  const regions = new Set([...one.region.split(', '), ...other.region.split(', ')]);
  const sharees =
    one.sharees === null || other.sharees === null
      ? null
      : {
          added: one.sharees.added + other.sharees.added,
          removed: one.sharees.removed + other.sharees.removed,
          kept: one.sharees.kept + other.sharees.kept,
        };
  return {
    ...one,
    address: one.address === null ? null : resourceOf(one.address),
    imageId: one.imageId === other.imageId ? one.imageId : null,
    imageName: one.imageName === other.imageName ? one.imageName : null,
    region: [...regions].join(', '),
    encrypted: one.encrypted === other.encrypted ? one.encrypted : 'unknown',
    members: one.members + other.members,
    sharees,
  };
}

/** What changes, and what it is made of. */
function onlyChanging(lineage: Lineage): Lineage {
  const changing = lineage.nodes.filter(({ change }) => isMarked({ kind: change }));
  return withAncestors(
    lineage,
    changing.map(({ key }) => key),
  );
}

function boxOf(node: LineageNode): LineageBox {
  const { key, role, address, change } = node;
  const { symbol, meaning } = changeSymbols[change];
  const mark = isMarked({ kind: change }) ? `${symbol} ${meaning}` : '';
  return { key, role, word: wordOf(node), title: titleOf(node), lines: linesOf(node), kind: change, mark, address };
}

function wordOf({ role, members }: LineageNode): string {
  if (role === 'instance') return count(members, 'instance');
  if (members === 1) return role;
  return role === 'copy' ? `${members} copies` : count(members, role);
}

/** The name of its resource, else of the image. */
function titleOf({ address, imageName, imageId }: LineageNode): string {
  return address?.split('/')[1] ?? imageName ?? imageId ?? '';
}

function linesOf(node: LineageNode): readonly string[] {
  const { role, account, owner, region, sharees } = node;
  const lines = [
    role === 'source' || role === 'image' ? imageLine(node) : role === 'copy' || role === 'hop' ? idLine(node) : '',
    owner === null ? '' : `owner ${owner}`,
    sharees === null ? '' : shareesText(sharees),
    [account, regionText(region)].filter((part) => part !== '').join(' · '),
    encryptionLine(node),
  ];
  return lines.filter((line) => line !== '');
}

/** A source is titled by its resource, so its image is named below. */
function imageLine({ address, imageId, imageName, role }: LineageNode): string {
  if (imageId === null) return role === 'source' ? 'not locked yet' : '';
  if (address === null) return imageName === null ? '' : imageId;
  return imageName === null ? imageId : `${imageName} · ${imageId}`;
}

function idLine({ imageId, members, change }: LineageNode): string {
  if (imageId !== null) return imageId;
  return members > 1 ? '' : change === 'copy' ? knownLater : '';
}

function regionText(region: string): string {
  const regions = region.split(', ');
  return regions.length > 2 ? `${regions.length} regions` : region;
}

function shareesText({ added, removed, kept }: NonNullable<LineageNode['sharees']>): string {
  const parts = [
    ...(added > 0 ? [`+ ${count(added, 'account')}`] : []),
    ...(removed > 0 ? [`- ${count(removed, 'account')}`] : []),
    ...(kept > 0 ? [`${count(kept, 'account')} unchanged`] : []),
  ];
  return parts.join(', ');
}

const encryptionWords: ReadonlyMap<Encryption | null, string> = new Map<Encryption | null, string>([
  [true, 'encrypted'],
  [false, 'not encrypted'],
  ['unknown', 'encryption unknown'],
]);

function encryptionLine({ encrypted, kmsKeyId }: LineageNode): string {
  const word = encryptionWords.get(encrypted) ?? '';
  return encrypted === true && kmsKeyId !== null ? `${word} · ${kmsKeyId}` : word;
}
