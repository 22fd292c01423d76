import type { Address } from './address.js';
import type { ChangeKind } from './change-kind.js';
import type { Encryption } from './lock.js';

/**
 * `source`: a pinned image; `image`: one that no manifest names and something runs from; `hop` and `copy`: images of an
 * ImageCopy; `instance`: the members of one Instance that fare alike; `share`: accounts that may use an image.
 */
export type LineageRole = 'source' | 'image' | 'hop' | 'copy' | 'instance' | 'share';

/** One thing, or several of one resource that have everything but their address and ID in common. */
export interface LineageNode {
  /** Unique within the lineage. */
  readonly key: string;
  readonly role: LineageRole;
  /** Of the one thing; of the resource, where it stands for members; null for what carries no address of this project. */
  readonly address: Address | null;
  /** The image itself; null where it does not exist yet, and of instances and shares. */
  readonly imageId: string | null;
  readonly imageName: string | null;
  /** Name of the project's account that holds it, or that looks at a source; '' as the region, where nothing tells. */
  readonly account: string;
  /** UID of the owner of a source or of a foreign image; null for what is in an account of the project. */
  readonly owner: string | null;
  readonly region: string;
  /** Null where it is neither encrypted nor plain: a share, an instance that is not there yet and leaves it to its image. */
  readonly encrypted: Encryption | null;
  readonly kmsKeyId: string | null;
  /** Number of things that it stands for. */
  readonly members: number;
  /** Of a share: how many accounts get access, lose it, keep it. */
  readonly sharees: { readonly added: number; readonly removed: number; readonly kept: number } | null;
  /** What the plan does to it; `read` for sources and other images. */
  readonly change: ChangeKind;
}

/** Source -> copy (-> copy) -> instances. */
export interface Lineage {
  /** Sources first, then what is made of them; the same order every time. */
  readonly nodes: readonly LineageNode[];
  /** Keys: from where to what is made of it. */
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** The nodes of these keys, and all that they are made from. */
export function withAncestors({ nodes, edges }: Lineage, keys: Iterable<string>): Lineage {
  const kept = new Set(keys);
  const parents = new Map<string, string[]>();
  for (const [from, to] of edges) {
    const known = parents.get(to);
    if (known === undefined) parents.set(to, [from]);
    else known.push(from);
  }
  const queue = [...kept];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    for (const parent of parents.get(key) ?? []) {
      if (kept.has(parent)) continue;
      kept.add(parent);
      queue.push(parent);
    }
  }
  return {
    nodes: nodes.filter(({ key }) => kept.has(key)),
    edges: edges.filter(([from, to]) => kept.has(from) && kept.has(to)),
  };
}
