import { refuse } from '../../rpc/api-error.js';
import { integer, required, text, withDefault } from '../../rpc/parameters.js';
import { serviceKeyId } from '../../world/encryption.js';
import { regionIds } from '../../world/geography.js';
import type { KeyRow } from '../../world/state.js';
import { type AnyOperation, type Call, operation } from '../operation.js';

/** KMS has no RegionId: the host decides. One port serves all hosts, so without one the keys of all regions count. */
const regional = { RegionId: text() };

const paging = {
  ...regional,
  PageNumber: withDefault(integer({ min: 1 }), 1),
  PageSize: withDefault(integer({ min: 1, max: 100 }), 10),
};

interface Page {
  readonly PageNumber: number;
  readonly PageSize: number;
}

function pageOf<T>(items: readonly T[], { PageNumber, PageSize }: Page): readonly T[] {
  return items.slice((PageNumber - 1) * PageSize, PageNumber * PageSize);
}

function keysOf({ world, caller, regionId }: Call): readonly KeyRow[] {
  const regions = regionId === '' ? regionIds : [regionId];
  return regions.flatMap((region) => world.keys.list(caller.uid, region));
}

/** By ID, by alias (`alias/...`), or by the ARN of either. */
function keyNamed(keyId: string, call: Call): KeyRow {
  const name = keyId.startsWith('acs:kms:') ? keyId.slice(keyId.lastIndexOf(':') + 1).replace(/^key\//, '') : keyId;
  const own = keysOf(call);
  const isAlias = name.startsWith('alias/');
  const key = isAlias ? own.find((row) => row.aliases.includes(name)) : own.find((row) => row.id === name);
  if (key !== undefined) return key;
  if (name === serviceKeyId || (!isAlias && !call.world.settings.areKmsKeysListed)) return unlistedKey(name, call);
  if (isAlias) refuse(404, 'Forbidden.AliasNotFound', `The specified alias '${name}' is not found.`);
  refuse(404, 'Forbidden.KeyNotFound', `The specified key '${name}' is not found.`);
}

/** The service key, which every account has, and any key of a scenario that lists none. */
function unlistedKey(name: string, { world, caller, regionId }: Call): KeyRow {
  const region = regionId === '' ? 'cn-hangzhou' : regionId;
  return {
    id: name,
    account: caller.uid,
    region,
    sequence: 0,
    arn: `acs:kms:${region}:${caller.uid}:${name === serviceKeyId ? name : `key/${name}`}`,
    state: 'Enabled',
    spec: 'Aliyun_AES_256',
    usage: 'ENCRYPT/DECRYPT',
    aliases: name === serviceKeyId ? [name] : [],
    createdAt: world.now,
    tags: {},
  };
}

function isoSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

const describeKey = operation({
  name: 'DescribeKey',
  product: 'kms',
  access: 'read',
  parameters: { ...regional, KeyId: required(text()) },
  accessRequest: ({ KeyId }, { regionId, caller }) => ({
    resources: [`acs:kms:${regionId === '' ? '*' : regionId}:${caller.uid}:key/${KeyId}`],
  }),
  run: ({ KeyId }, call) => {
    const key = keyNamed(KeyId, call);
    return {
      KeyMetadata: {
        KeyId: key.id,
        Arn: key.arn,
        KeyState: key.state,
        KeySpec: key.spec,
        KeyUsage: key.usage,
        Creator: key.aliases.includes(serviceKeyId) ? 'Ecs' : key.account,
        Origin: 'Aliyun_KMS',
        ProtectionLevel: 'SOFTWARE',
        CreationDate: isoSeconds(key.createdAt),
        Description: '',
      },
    };
  },
});

const listKeys = operation({
  name: 'ListKeys',
  product: 'kms',
  access: 'read',
  parameters: paging,
  run: (parameters, call) => {
    const keys = keysOf(call);
    return {
      TotalCount: keys.length,
      PageNumber: parameters.PageNumber,
      PageSize: parameters.PageSize,
      Keys: { Key: pageOf(keys, parameters).map((key) => ({ KeyId: key.id, KeyArn: key.arn })) },
    };
  },
});

const listAliases = operation({
  name: 'ListAliases',
  product: 'kms',
  access: 'read',
  parameters: paging,
  run: (parameters, call) => {
    const aliases = keysOf(call).flatMap((key) =>
      key.aliases.map((alias) => ({
        AliasName: alias,
        AliasArn: `acs:kms:${key.region}:${key.account}:${alias}`,
        KeyId: key.id,
      })),
    );
    return {
      TotalCount: aliases.length,
      PageNumber: parameters.PageNumber,
      PageSize: parameters.PageSize,
      Aliases: { Alias: pageOf(aliases, parameters) },
    };
  },
});

export const kmsOperations: readonly AnyOperation[] = [describeKey, listKeys, listAliases];
