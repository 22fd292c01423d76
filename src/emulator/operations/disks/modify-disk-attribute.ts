import { refuse } from '../../rpc/api-error.js';
import { boolean, list, type Parsed, text } from '../../rpc/parameters.js';
import type { DiskRow } from '../../world/state.js';
import { operation } from '../operation.js';
import { diskNameParameter, notUrl } from './disk-parameters.js';
import { ownDisk } from './own-disk.js';

const parameters = {
  RegionId: text(),
  DiskId: text(),
  DiskIds: list(text(), { max: 100 }),
  DiskName: diskNameParameter,
  Description: text({
    minLength: 2,
    maxLength: 256,
    pattern: notUrl,
    error: { status: 404, code: 'InvalidDescription.Malformed' },
  }),
  DeleteWithInstance: boolean(),
  DeleteAutoSnapshot: boolean(),
  EnableAutoSnapshot: boolean(),
  BurstingEnabled: boolean(),
};

export const modifyDiskAttribute = operation({
  name: 'ModifyDiskAttribute',
  product: 'ecs',
  access: 'write',
  parameters,
  run(wish, call) {
    const ids = wish.DiskId === undefined ? wish.DiskIds : [wish.DiskId];
    if (wish.DiskId !== undefined && wish.DiskIds.length > 0) {
      refuse(400, 'InvalidParameter.Conflict', 'DiskId and DiskIds.N exclude each other.');
    }
    if (ids.length === 0) refuse(400, 'IncompleteParamter', 'DiskId or DiskIds.N must be given.');
    if (!hasChange(wish)) refuse(400, 'NoAttributeToModify', 'The request changes nothing.');
    for (const id of ids) call.world.disks.put(changed(ownDisk(call, id), wish));
    return {};
  },
});

type AttributeWish = Parsed<typeof parameters>;

function hasChange(wish: AttributeWish): boolean {
  const { DiskName, Description, DeleteWithInstance, DeleteAutoSnapshot, EnableAutoSnapshot, BurstingEnabled } = wish;
  return [DiskName, Description, DeleteWithInstance, DeleteAutoSnapshot, EnableAutoSnapshot, BurstingEnabled].some(
    (value) => value !== undefined,
  );
}

function changed(disk: DiskRow, wish: AttributeWish): DiskRow {
  return {
    ...disk,
    name: wish.DiskName ?? disk.name,
    description: wish.Description ?? disk.description,
    deleteWithInstance: wish.DeleteWithInstance ?? disk.deleteWithInstance,
    deleteAutoSnapshot: wish.DeleteAutoSnapshot ?? disk.deleteAutoSnapshot,
    burstingEnabled: wish.BurstingEnabled ?? disk.burstingEnabled,
  };
}
