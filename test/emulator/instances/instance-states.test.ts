import { describe, expect, it } from 'vitest';
import type { InstanceStatus } from '../../../src/emulator/world/state.js';
import { fleet, fleetIn, home, type Parameters } from './fleet.js';

const states: readonly InstanceStatus[] = ['Pending', 'Starting', 'Running', 'Stopping', 'Stopped'];
const wrongStatus = '403 IncorrectInstanceStatus';

interface Row {
  readonly name: string;
  readonly parameters: Parameters;
  /** What happens in Pending, Starting, Running, Stopping, Stopped. */
  readonly outcomes: readonly [string, string, string, string, string];
}

const id = { InstanceId: 'i-web' };
const ids = { RegionId: home, 'InstanceId.1': 'i-web' };
const w = wrongStatus;
const ok = 'none';
const notStopped = '400 InvalidInstanceStatus.NotStopped';
const bandwidth = '403 InvalidStatus.ValueNotSupported';
const jumbo = '400 InvalidOperation.InstanceStatusNotSupport';

const rows: readonly Row[] = [
  { name: 'StartInstance', parameters: id, outcomes: [w, w, w, w, ok] },
  { name: 'StartInstances', parameters: ids, outcomes: [w, w, w, w, ok] },
  { name: 'StopInstance', parameters: id, outcomes: [w, w, ok, w, w] },
  { name: 'StopInstances', parameters: ids, outcomes: [w, w, ok, w, w] },
  { name: 'RebootInstance', parameters: id, outcomes: [w, w, ok, w, w] },
  { name: 'RebootInstances', parameters: ids, outcomes: [w, w, ok, w, w] },
  { name: 'ReplaceSystemDisk', parameters: { ...id, ImageId: 'm-plain' }, outcomes: [w, w, w, w, ok] },
  { name: 'ReInitDisk', parameters: { DiskId: 'd-web' }, outcomes: [w, w, w, w, ok] },
  { name: 'ResizeDisk', parameters: { DiskId: 'd-web', NewSize: 100 }, outcomes: [w, w, ok, w, ok] },
  { name: 'DeleteInstance', parameters: id, outcomes: [w, w, w, w, ok] },
  { name: 'DeleteInstance', parameters: { ...id, Force: true }, outcomes: [w, w, ok, w, ok] },
  { name: 'DeleteInstances', parameters: ids, outcomes: [w, w, w, w, ok] },
  {
    name: 'ModifyInstanceSpec',
    parameters: { ...id, InstanceType: 'ecs.g7.xlarge' },
    outcomes: [notStopped, notStopped, notStopped, notStopped, ok],
  },
  {
    name: 'ModifyInstanceSpec',
    parameters: { ...id, InternetMaxBandwidthOut: 5 },
    outcomes: [bandwidth, bandwidth, ok, bandwidth, ok],
  },
  { name: 'ModifyInstanceAttribute', parameters: { ...id, InstanceName: 'new' }, outcomes: [ok, ok, ok, ok, ok] },
  { name: 'ModifyInstanceAttribute', parameters: { ...id, Description: 'new' }, outcomes: [ok, ok, ok, ok, ok] },
  { name: 'ModifyInstanceAttribute', parameters: { ...id, DeletionProtection: true }, outcomes: [ok, ok, ok, ok, ok] },
  { name: 'ModifyInstanceAttribute', parameters: { ...id, HostName: 'new' }, outcomes: [w, w, ok, w, ok] },
  { name: 'ModifyInstanceAttribute', parameters: { ...id, Password: 'Good-enough1' }, outcomes: [w, w, ok, w, ok] },
  { name: 'ModifyInstanceAttribute', parameters: { ...id, UserData: 'aGk=' }, outcomes: [w, w, w, w, ok] },
  {
    name: 'ModifyInstanceAttribute',
    parameters: { ...id, EnableJumboFrame: true },
    outcomes: [jumbo, jumbo, ok, jumbo, ok],
  },
  { name: 'JoinSecurityGroup', parameters: { ...id, SecurityGroupId: 'sg-two' }, outcomes: [w, w, ok, w, ok] },
];

const cells = rows.flatMap(({ name, parameters, outcomes }) =>
  states.map((state, i) => [name, JSON.stringify(parameters), state, outcomes[i] ?? '', parameters] as const),
);

describe('which operation works in which state', () => {
  it.each(cells)('%s %s while %s: %s', (name, _text, state, expected, parameters) => {
    const cloud = fleetIn(state, {}, { disks: [{ id: 'd-web' }] });
    expect(cloud.refusal(name, parameters)).toBe(expected);
  });
});

const byInstance: readonly (readonly [string, Parameters])[] = [
  ['StartInstance', {}],
  ['StopInstance', {}],
  ['RebootInstance', {}],
  ['DeleteInstance', { Force: true }],
  ['ReplaceSystemDisk', { ImageId: 'm-plain' }],
  ['ModifyInstanceAttribute', { InstanceName: 'new' }],
  ['ModifyInstanceSpec', { InstanceType: 'ecs.g7.xlarge' }],
  ['ModifyInstanceMetadataOptions', { RegionId: home, HttpEndpoint: 'enabled' }],
  ['DescribeUserData', { RegionId: home }],
  ['DescribeInstanceAttribute', {}],
  ['JoinSecurityGroup', { SecurityGroupId: 'sg-two' }],
  ['LeaveSecurityGroup', { SecurityGroupId: 'sg-two' }],
];

describe('an operation on one instance', () => {
  it.each(byInstance)('%s does not know what is not there or belongs to another account', (name, parameters) => {
    const cloud = fleetIn('Stopped');
    const expected = '404 InvalidInstanceId.NotFound';
    expect(cloud.refusal(name, { InstanceId: 'i-none', ...parameters })).toBe(expected);
    expect(cloud.refusal(name, { InstanceId: 'i-web', ...parameters }, 'images')).toBe(expected);
    expect(cloud.refusal(name, { InstanceId: 'i-web', ...parameters, RegionId: 'cn-beijing' })).toBe(expected);
  });

  it.each(byInstance)('%s needs an InstanceId', (name, parameters) => {
    expect(fleet().refusal(name, parameters)).toBe('400 MissingParameter');
  });
});

describe('a lock', () => {
  it.each<readonly [string, Parameters]>([
    ['StartInstance', {}],
    ['StopInstance', {}],
    ['RebootInstance', {}],
    ['DeleteInstance', {}],
    ['ReplaceSystemDisk', { ImageId: 'm-plain' }],
    ['ModifyInstanceAttribute', { InstanceName: 'new' }],
    ['ModifyInstanceSpec', { InstanceType: 'ecs.g7.xlarge' }],
  ])('for security refuses %s', (name, parameters) => {
    const cloud = fleetIn('Stopped', {}, { locks: ['security'] });
    expect(cloud.refusal(name, { InstanceId: 'i-web', ...parameters })).toBe('403 InstanceLockedForSecurity');
  });

  it('for security lets a forced release through, which takes the kept disks along', () => {
    const cloud = fleetIn(
      'Running',
      {},
      { locks: ['security'], disks: [{}, { id: 'd-kept', deleteWithInstance: false }] },
    );
    cloud.call('DeleteInstance', { InstanceId: 'i-web', Force: true });
    expect(cloud.listDisks()).toEqual([]);
  });

  it.each<readonly [string, InstanceStatus, Parameters, string]>([
    ['StartInstance', 'Stopped', {}, '403 InstanceExpired'],
    ['StopInstance', 'Running', {}, '403 InstanceExpiredOrInArrears'],
    ['RebootInstance', 'Running', {}, '403 InstanceExpiredOrInArrears'],
    ['ReplaceSystemDisk', 'Stopped', { ImageId: 'm-plain' }, '403 InstanceExpiredOrInArrears'],
    ['ModifyInstanceAttribute', 'Stopped', { InstanceName: 'new' }, 'none'],
    ['DeleteInstance', 'Stopped', {}, 'none'],
  ])('for arrears: %s while %s %j gives %s', (name, status, parameters, expected) => {
    const cloud = fleetIn(status, {}, { locks: ['financial'] });
    expect(cloud.refusal(name, { InstanceId: 'i-web', ...parameters })).toBe(expected);
  });
});
