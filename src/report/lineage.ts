import type { Action, ImageRef } from '../domain/action.js';
import { resourceOf } from '../domain/address.js';
import type { ResourceChange } from '../domain/plan.js';
import type { PlanResult } from '../domain/result.js';
import { type ChangeKind, kindOf } from './change-kinds.js';
import { isChanged, shareGroups } from './share-groups.js';
import { count } from './words.js';

/** One picture element: an image that is only read, a copy, the members of one Instance that fare alike, sharees. */
export interface LineageNode {
  readonly key: string;
  /** Text from outside; not cleaned yet. */
  readonly lines: readonly string[];
  readonly kind: ChangeKind;
}

export interface Lineage {
  readonly nodes: readonly LineageNode[];
  /** From where to what is made of it. */
  readonly edges: readonly (readonly [string, string])[];
}

/** Source -> copy (-> copy) -> instances, as far as the plan knows of it: with every copy and member that it names. */
export function lineageOf(result: PlanResult): Lineage {
  const drawing = new Drawing(result);
  const { changes } = result.plan;
  for (const change of changes) if (change.type === 'image_copy') drawing.addCopy(change);
  for (const change of changes) if (change.type === 'instance') drawing.addInstance(change);
  drawing.addShares();
  return drawing.finished();
}

class Drawing {
  readonly #nodes = new Map<string, LineageNode>();
  readonly #edges = new Map<string, readonly [string, string]>();
  readonly #members = new Map<string, number>();
  readonly #copyByImage = new Map<string, string>();
  readonly #imageOf = new Map<string, ImageRef>();

  constructor(readonly result: PlanResult) {
    for (const { type, id, address } of result.plan.changes) {
      if (type === 'image_copy' && id !== null) this.#copyByImage.set(id, keyOf(address, id));
    }
    for (const action of result.plan.actions) {
      const image = imageUsedBy(action);
      if (image !== null) this.#imageOf.set(action.address, image);
    }
  }

  addCopy(change: ResourceChange): void {
    const { address, id, scope } = change;
    const key = keyOf(address, id);
    this.#nodes.set(key, { key, lines: [resourceOf(address), scope.region], kind: kindOf(change) });
    const source =
      this.#imageOf.get(address) ?? asRef(change.after?.['source_image_id'] ?? change.before?.['source_image_id']);
    this.#connect(source, key);
  }

  addInstance(change: ResourceChange): void {
    const image = this.#imageOf.get(change.address) ?? asRef(change.after?.['image_id'] ?? change.before?.['image_id']);
    const kind = kindOf(change);
    const resource = resourceOf(change.address);
    const key = JSON.stringify([resource, kind, image]);
    const members = (this.#members.get(key) ?? 0) + 1;
    this.#members.set(key, members);
    this.#nodes.set(key, { key, lines: [resource, count(members, 'member')], kind });
    this.#connect(image, key);
  }

  addShares(): void {
    for (const group of shareGroups(this.result)) {
      const { address, image, added, removed, kept } = group;
      const key = JSON.stringify([address, image]);
      const parts = [
        ...(added.length > 0 ? [`${added.length} added`] : []),
        ...(removed.length > 0 ? [`${removed.length} removed`] : []),
        ...(kept.length > 0 ? [`${kept.length} unchanged`] : []),
      ];
      const kind = isChanged(group) ? 'update' : 'no-op';
      this.#nodes.set(key, { key, lines: [resourceOf(address), parts.join(', ')], kind });
      const first = [...added, ...removed, ...kept][0]?.change;
      this.#connect(this.#imageOf.get(address) ?? this.#imageOf.get(first?.address ?? '') ?? asRef(image), key);
    }
  }

  finished(): Lineage {
    return { nodes: [...this.#nodes.values()], edges: [...this.#edges.values()] };
  }

  #connect(image: ImageRef | null, to: string): void {
    if (image === null) return;
    const from =
      image.kind === 'copy' ? keyOf(image.address, null) : (this.#copyByImage.get(image.imageId) ?? image.imageId);
    if (!this.#nodes.has(from)) this.#nodes.set(from, { key: from, lines: [nameOf(image)], kind: 'read' });
    this.#edges.set(JSON.stringify([from, to]), [from, to]);
  }
}

/** Superseded copies have the address of the current one. */
function keyOf(address: string, id: string | null): string {
  return id === null ? address : `${address} ${id}`;
}

function nameOf(image: ImageRef): string {
  return image.kind === 'id' ? image.imageId : image.imageName;
}

function asRef(imageId: unknown): ImageRef | null {
  return typeof imageId === 'string' ? { kind: 'id', imageId } : null;
}

function imageUsedBy(action: Action): ImageRef | null {
  switch (action.kind) {
    case 'CopyImage':
      return action.from;
    case 'RunInstance':
    case 'ReplaceSystemDisk':
    case 'ShareImage':
      return action.image;
    case 'TagResource':
    case 'UntagResource':
    case 'StopInstance':
    case 'StartInstance':
    case 'CreateSnapshot':
    case 'ModifyInstance':
    case 'ModifyDisk':
    case 'Adopt':
    case 'ModifyImage':
    case 'UnshareImage':
    case 'DeleteInstance':
    case 'DeleteImage':
    case 'CancelCopyImage':
    case 'DeleteSnapshot':
    case 'Wait':
      return null;
  }
}
