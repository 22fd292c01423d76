import type { Lineage } from '../domain/lineage-graph.js';
import type { LineageDocument } from '../domain/result.js';

export function lineageJson({ nodes, edges }: Lineage): LineageDocument {
  return {
    nodes: nodes.map(({ imageId, imageName, kmsKeyId, ...node }) => ({
      key: node.key,
      role: node.role,
      address: node.address,
      image_id: imageId,
      image_name: imageName,
      account: node.account,
      owner: node.owner,
      region: node.region,
      encrypted: node.encrypted,
      kms_key_id: kmsKeyId,
      members: node.members,
      sharees: node.sharees,
      change: node.change,
    })),
    edges: edges.map(([from, to]) => ({ from, to })),
  };
}
