import type { ErrorSpec } from '../../rpc/api-error.js';
import { boolean, integer, text } from '../../rpc/parameters.js';
import { performanceLevels } from './disk-limits.js';

export const diskNameError: ErrorSpec = { status: 400, code: 'InvalidDiskName.Malformed' };
export const performanceLevelError: ErrorSpec = { status: 400, code: 'InvalidPerformanceLevel.Malformed' };

export const notUrl = /^(?!https?:\/\/)/;
/** Begins with a letter of any script; then letters, digits, `:`, `_`, `.` and `-`. */
const diskName = /^(?!https?:\/\/)\p{L}[\p{L}\p{N}:_.-]*$/u;

export const diskNameParameter = text({ minLength: 2, maxLength: 128, pattern: diskName, error: diskNameError });

/** What SystemDisk and DataDisk.N have in common. Encrypted is a string in SystemDisk and a boolean in DataDisk.N: both read alike. */
export const diskParameters = {
  Category: text(),
  PerformanceLevel: text({ oneOf: performanceLevels, error: performanceLevelError }),
  Encrypted: boolean({ error: { status: 400, code: 'InvalidParameter' } }),
  KMSKeyId: text(),
  DiskName: diskNameParameter,
  Description: text({
    minLength: 2,
    maxLength: 256,
    pattern: notUrl,
    error: { status: 400, code: 'InvalidDiskDescription.Malformed' },
  }),
  AutoSnapshotPolicyId: text({
    pattern: /^sp-[A-Za-z0-9_-]+$/,
    error: { status: 404, code: 'InvalidAutoSnapshotPolicyId.NotFound' },
  }),
  BurstingEnabled: boolean(),
  ProvisionedIops: integer({ min: 0 }),
};

export const systemDiskParameters = {
  ...diskParameters,
  Size: integer({ error: { status: 400, code: 'InvalidSystemDiskSize.ValueNotSupported' } }),
};

export const dataDiskParameters = {
  ...diskParameters,
  Size: integer({ error: { status: 400, code: 'InvalidDataDiskSize.ValueNotSupported' } }),
  SnapshotId: text(),
  Device: text({ pattern: /^\/dev\/xvd[b-z]$/, error: { status: 400, code: 'InvalidDevice.Malformed' } }),
  DeleteWithInstance: boolean(),
};
