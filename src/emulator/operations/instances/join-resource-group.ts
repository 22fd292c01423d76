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
    return moverByType[wish.ResourceType](wish, call);
  },
});

interface MoveWish {
  readonly ResourceId: string;
  readonly ResourceGroupId: string;
}

const moverByType = {
  instance: (wish: MoveWish, call: Call) => move(call.world.instances, wish, call),
  disk: (wish: MoveWish, call: Call) => move(call.world.disks, wish, call),
  image: (wish: MoveWish, call: Call) => move(call.world.images, wish, call),
  snapshot: (wish: MoveWish, call: Call) => move(call.world.snapshots, wish, call),
};

function move<T extends GroupedRow>(table: Table<T>, wish: MoveWish, call: Call): Readonly<Record<string, never>> {
  const row = table.get(wish.ResourceId);
  if (row === undefined || row.account !== call.caller.uid || row.region !== call.regionId) {
    return refuse(404, 'InvalidResourceId.NotFound', `The resource ${wish.ResourceId} does not exist.`);
  }
  table.put({ ...row, resourceGroupId: wish.ResourceGroupId });
  return {};
}
