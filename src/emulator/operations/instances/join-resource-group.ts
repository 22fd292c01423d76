import { refuse } from '../../rpc/api-error.js';
import { choice, required, text } from '../../rpc/parameters.js';
import type { Row } from '../../world/state.js';
import type { Table } from '../../world/world.js';
import { type Call, operation } from '../operation.js';

interface GroupedRow extends Row {
  readonly resourceGroupId: string;
}

export const joinResourceGroup = operation({
  name: 'JoinResourceGroup',
  product: 'ecs',
  access: 'write',
  parameters: {
    RegionId: required(text()),
    ResourceGroupId: required(
      text({ pattern: /^rg-[A-Za-z0-9_-]+$/, error: { status: 404, code: 'InvalidResourceGroup.NotFound' } }),
    ),
    ResourceId: required(text()),
    ResourceType: required(choice(['instance', 'disk', 'image', 'snapshot'])),
  },
  run(wish, call) {
    const { world } = call;
    switch (wish.ResourceType) {
      case 'instance':
        return move(world.instances, wish, call);
      case 'disk':
        return move(world.disks, wish, call);
      case 'image':
        return move(world.images, wish, call);
      case 'snapshot':
        return move(world.snapshots, wish, call);
    }
  },
});

function move<T extends GroupedRow>(
  table: Table<T>,
  wish: { readonly ResourceId: string; readonly ResourceGroupId: string },
  call: Call,
): Readonly<Record<string, never>> {
  const row = table.get(wish.ResourceId);
  if (row === undefined || row.account !== call.caller.uid || row.region !== call.regionId) {
    return refuse(404, 'InvalidResourceId.NotFound', `The resource ${wish.ResourceId} does not exist.`);
  }
  table.put({ ...row, resourceGroupId: wish.ResourceGroupId });
  return {};
}
