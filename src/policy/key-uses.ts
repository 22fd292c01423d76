import { type Address, copyAddress } from '../domain/address.js';
import type { ImageCopy, Instance } from '../domain/desired.js';
import { child, type Origin } from '../domain/origin.js';

/** One place where a manifest says with which key something is encrypted. */
export interface KeyUse {
  readonly address: Address;
  readonly at: Origin;
  readonly account: string;
  readonly region: string;
  readonly encrypted: boolean | null;
  /** Null: the account's service key, if anything is encrypted. */
  readonly kmsKeyId: string | null;
}

export function keyUsesOfCopy(copy: ImageCopy): readonly KeyUse[] {
  return copy.destinations.map((destination, index) => ({
    address: copyAddress(copy.name, destination.region),
    at: child(copy.origin, 'spec', 'destinations', index, 'kmsKeyId'),
    account: copy.account,
    region: destination.region,
    encrypted: copy.encrypted,
    kmsKeyId: destination.kmsKeyId,
  }));
}

/** The system disk, then the data disks. */
export function keyUsesOfInstance(instance: Instance): readonly KeyUse[] {
  const { address, account, region, origin } = instance;
  return [
    {
      address,
      account,
      region,
      at: child(origin, 'spec', 'systemDisk', 'kmsKeyId'),
      encrypted: instance.systemDisk.encrypted,
      kmsKeyId: instance.systemDisk.kmsKeyId,
    },
    ...instance.dataDisks.map((disk, index) => ({
      address,
      account,
      region,
      at: child(origin, 'spec', 'dataDisks', index, 'kmsKeyId'),
      encrypted: disk.encrypted,
      kmsKeyId: disk.kmsKeyId,
    })),
  ];
}
