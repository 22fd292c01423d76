import { refuse } from '../../rpc/api-error.js';
import { choice, integer, required, text, withDefault } from '../../rpc/parameters.js';
import { operation } from '../operation.js';
import { sizeRange } from './disk-limits.js';
import { assertChangeable, diskAccess, ownDisk } from './own-disk.js';

/** A disk only grows. Online needs a running system; offline takes effect in the guest with the next reboot. */
export const resizeDisk = operation({
  name: 'ResizeDisk',
  product: 'ecs',
  access: 'write',
  parameters: {
    DiskId: required(text()),
    NewSize: required(integer({ min: 1, error: { status: 403, code: 'InvalidDiskSize' } })),
    Type: withDefault(choice(['offline', 'online'], { status: 400, code: 'InvalidParam.Type' }), 'offline'),
  },
  clientToken: { mismatch: { status: 400, code: 'IdempotentParameterMismatch' } },
  accessRequest: (wish, call) => diskAccess(call, wish.DiskId),
  run(wish, call) {
    const disk = ownDisk(call, wish.DiskId);
    const instance = assertChangeable(disk, call.world);
    if (wish.Type === 'online' && disk.category === 'cloud') {
      refuse(403, 'InvalidDiskCategory.NotSupported', 'Disks of category cloud cannot be resized online.');
    }
    if (wish.Type === 'online' && instance?.status !== 'Running') {
      refuse(403, 'InvalidInstanceStatus.NotRunning', 'To resize online, the instance must be running.');
    }
    if (wish.NewSize < disk.sizeGiB) {
      refuse(403, 'InvalidDiskSize.TooSmall', `The new size must not be below ${disk.sizeGiB} GiB.`);
    }
    if (wish.NewSize === disk.sizeGiB) refuse(403, 'InvalidDiskSize', `The disk has ${disk.sizeGiB} GiB already.`);
    const range = sizeRange(disk.type, disk.category, disk.performanceLevel);
    if (range !== undefined && wish.NewSize > range.max) {
      refuse(403, 'InvalidDiskSize.TooLarge', `A disk of this kind has at most ${range.max} GiB.`);
    }
    call.world.disks.put({ ...disk, sizeGiB: wish.NewSize });
    return {};
  },
});
