// Generated from schemas/ by `npm run generate`.

/** Fields of each message by its name, with their types. */
export const manifestTypes = {
  ImageSource: {
    apiVersion: 'string',
    kind: 'string',
    metadata: 'ImageSourceMetadata',
    spec: 'ImageSourceSpec'
  },
  ImageSourceMetadata: {
    name: 'string',
    labels: 'map<string, string>'
  },
  ImageSourceSpec: {
    account: 'string',
    regions: 'list<string>',
    owner: 'string',
    imageId: 'string',
    family: 'string',
    name: 'string',
    pick: 'string',
    architecture: 'string',
    osType: 'string',
    minSizeGiB: 'double',
    allow: 'list<string>',
    minAgeDays: 'double'
  },
  ImageCopy: {
    apiVersion: 'string',
    kind: 'string',
    metadata: 'ImageCopyMetadata',
    spec: 'ImageCopySpec'
  },
  ImageCopyMetadata: {
    name: 'string',
    labels: 'map<string, string>'
  },
  ImageCopySpec: {
    account: 'string',
    source: 'ImageCopySpecSource',
    destinations: 'list<ImageCopySpecDestinations>',
    encrypted: 'bool',
    imageName: 'string',
    description: 'string',
    family: 'string',
    tags: 'map<string, string>',
    keepHop: 'bool',
    history: 'double',
    deletionPolicy: 'string',
    suspend: 'bool'
  },
  ImageCopySpecSource: {
    imageSource: 'string'
  },
  ImageCopySpecDestinations: {
    region: 'string',
    kmsKeyId: 'string',
    resourceGroupId: 'string'
  },
  ImageShare: {
    apiVersion: 'string',
    kind: 'string',
    metadata: 'ImageShareMetadata',
    spec: 'ImageShareSpec'
  },
  ImageShareMetadata: {
    name: 'string',
    labels: 'map<string, string>'
  },
  ImageShareSpec: {
    account: 'string',
    image: 'ImageShareSpecImage',
    regions: 'list<string>',
    with: 'list<string>',
    unlisted: 'string',
    suspend: 'bool'
  },
  ImageShareSpecImage: {
    imageCopy: 'string',
    imageSource: 'string'
  },
  Instance: {
    apiVersion: 'string',
    kind: 'string',
    metadata: 'InstanceMetadata',
    spec: 'InstanceSpec'
  },
  InstanceMetadata: {
    name: 'string',
    labels: 'map<string, string>'
  },
  InstanceSpec: {
    account: 'string',
    region: 'string',
    replicas: 'double',
    placement: 'list<InstanceSpecPlacement>',
    image: 'InstanceSpecImage',
    instanceType: 'string',
    instanceName: 'string',
    hostName: 'string',
    description: 'string',
    tags: 'map<string, string>',
    securityGroupIds: 'list<string>',
    deletionProtection: 'bool',
    systemDisk: 'InstanceSpecSystemDisk',
    dataDisks: 'list<InstanceSpecDataDisks>',
    keyPairName: 'string',
    metadataOptions: 'InstanceSpecMetadataOptions',
    ramRoleName: 'string',
    passwordInherit: 'bool',
    internetMaxBandwidthOut: 'double',
    resourceGroupId: 'string',
    power: 'string',
    update: 'InstanceSpecUpdate',
    suspend: 'bool',
    adopt: 'list<string>',
    ignoreChanges: 'list<string>',
    deletionPolicy: 'string'
  },
  InstanceSpecPlacement: {
    zone: 'string',
    vSwitchId: 'string'
  },
  InstanceSpecImage: {
    imageCopy: 'string',
    imageSource: 'string'
  },
  InstanceSpecSystemDisk: {
    category: 'string',
    sizeGiB: 'double',
    performanceLevel: 'string',
    encrypted: 'bool',
    kmsKeyId: 'string',
    autoSnapshotPolicyId: 'string',
    stateful: 'bool'
  },
  InstanceSpecDataDisks: {
    category: 'string',
    sizeGiB: 'double',
    performanceLevel: 'string',
    encrypted: 'bool',
    kmsKeyId: 'string',
    autoSnapshotPolicyId: 'string',
    deleteWithInstance: 'bool'
  },
  InstanceSpecMetadataOptions: {
    httpEndpoint: 'string',
    httpTokens: 'string',
    httpPutResponseHopLimit: 'double'
  },
  InstanceSpecUpdate: {
    onImageChange: 'string',
    maxUnavailable: 'double',
    snapshotBefore: 'bool',
    snapshotRetentionDays: 'double',
    minReadySeconds: 'double'
  }
} as const;
