import { aMatch, anImageSource, aPolicy, uidOfStranger } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const strange = anImageSource({ owner: { kind: 'account', uid: uidOfStranger } });
const at = 'manifests/golden.yaml: spec.owner';
const address = 'ImageSource/golden';
const trust = { uid: uidOfStranger, reason: 'our auditors bake it' };

describeRule('trust/trusted-owner', [
  { title: 'passes an account of the project' },
  {
    title: 'passes Alibaba Cloud itself',
    desired: { imageSources: [anImageSource({ owner: { kind: 'system' } })] },
  },
  {
    title: 'finds a stranger, though nobody has written a list',
    desired: { imageSources: [strange] },
    finds: [
      {
        at,
        address,
        severity: 'error',
        message: "`owner` must be a trusted owner: no Policy lists '1600000000000009'",
      },
    ],
  },
  { title: 'passes a stranger on the list', desired: { imageSources: [strange] }, rule: { owners: [trust] } },
  {
    title: 'tells two owners above 2^53 apart',
    desired: { imageSources: [anImageSource({ owner: { kind: 'account', uid: '9007199254740993' } })] },
    rule: { owners: [{ uid: '9007199254740992', reason: 'the neighbour' }] },
    finds: [{ at, address, message: "`owner` must be a trusted owner: no Policy lists '9007199254740993'" }],
  },
  {
    title: 'trusts on the last day',
    desired: { imageSources: [strange] },
    rule: { owners: [{ ...trust, until: '2026-01-15' }] },
  },
  {
    title: 'does not trust on the day after',
    desired: { imageSources: [strange] },
    rule: { owners: [{ ...trust, until: '2026-01-14' }] },
    finds: [
      {
        at,
        address,
        message: "`owner` must be a trusted owner: trust in '1600000000000009' ended with '2026-01-14'",
      },
    ],
  },
  {
    title: 'trusts in named regions only',
    desired: { imageSources: [anImageSource({ ...strange, regions: ['cn-hangzhou', 'cn-beijing'] })] },
    rule: { owners: [{ ...trust, regions: ['cn-hangzhou'] }] },
    finds: [{ at, address, message: "`owner` '1600000000000009' is not trusted in region 'cn-beijing'" }],
  },
  {
    title: 'trusts for named families only',
    desired: { imageSources: [strange] },
    rule: { owners: [{ ...trust, families: ['silver'] }] },
    finds: [{ at, address, message: "`owner` '1600000000000009' is not trusted for family 'golden'" }],
  },
  {
    title: 'cannot tell the family of an image that is selected by ID',
    desired: { imageSources: [anImageSource({ ...strange, selector: { kind: 'imageId', imageId: 'm-golden1' } })] },
    rule: { owners: [{ ...trust, families: ['golden'] }] },
    finds: [
      {
        at,
        address,
        message: "`owner` '1600000000000009' is trusted for certain families only: select by `family`",
      },
    ],
  },
  {
    title: 'passes where one of several entries covers the source',
    desired: { imageSources: [strange] },
    rule: { owners: [{ ...trust, until: '2020-01-01' }, trust] },
  },
  {
    title: 'asks every Policy that names owners',
    desired: { imageSources: [strange] },
    policies: [
      aPolicy({ 'trust/trusted-owner': { owners: [trust] } }),
      aPolicy(
        { 'trust/trusted-owner': { owners: [{ uid: '1600000000000008', reason: 'another' }] } },
        { name: 'second' },
      ),
    ],
    finds: [{ at, address, message: "`owner` must be a trusted owner: no Policy lists '1600000000000009'" }],
  },
  {
    title: 'asks only Policies that match the source',
    desired: { imageSources: [strange] },
    policies: [
      aPolicy({ 'trust/trusted-owner': { owners: [trust] } }),
      aPolicy(
        { 'trust/trusted-owner': { owners: [{ uid: '1600000000000008', reason: 'another' }] } },
        { name: 'second', match: aMatch({ labels: { tier: 'db' } }) },
      ),
    ],
  },
]);
