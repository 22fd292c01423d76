import type { Principal } from '../access/principal.js';
import { decide, type Question, type Verdict } from '../access/ram.js';
import type { FaultBox, Hit } from '../faults/fault-box.js';
import { runEvent } from '../operations/catalogue.js';
import type { AnyOperation, Call } from '../operations/operation.js';
import type { EmulatedClock } from '../world/clock.js';
import { isRegion } from '../world/geography.js';
import type { Store } from '../world/store.js';
import type { World } from '../world/world.js';
import { withRotatedRows } from '../world/rotated.js';
import { ApiError } from './api-error.js';
import { type Answer, errorAnswer, successAnswer } from './answer.js';
import type { CallLog } from './call-log.js';
import {
  assertTokenFormed,
  type ClientTokens,
  isDryRun,
  replayed,
  type TokenUse,
  tokenUseOf,
} from './client-tokens.js';
import { type AdmittedCall, assertMethodAndPath, type Gateway } from './gateway.js';
import { encodeJson } from './numbers.js';
import { type ParameterSpec, type Parsed, type RawParameters, readAll } from './parameters.js';
import type { RequestIds } from './request-ids.js';
import { type Throttle, throttled } from './throttle.js';
import {
  type DirectRequest,
  directRequest,
  readRpcRequest,
  type RpcRequest,
  type WireRequest,
} from './wire-request.js';

export interface DispatcherParts {
  readonly store: Store;
  readonly clock: EmulatedClock;
  readonly gateway: Gateway;
  readonly throttle: Throttle;
  readonly faults: FaultBox;
  readonly tokens: ClientTokens;
  readonly log: CallLog;
  readonly requestIds: RequestIds;
  /** Told of what is wrong with the emulator itself. */
  onDefect(error: unknown): void;
}

/** A call that the gateway let in. */
export interface OpenCall extends AdmittedCall {
  readonly requestId: string;
  readonly logSequence: number;
  readonly regionId: string;
  readonly hit: Hit | undefined;
}

export type Received =
  | { readonly kind: 'refused'; readonly answer: Answer }
  | { readonly kind: 'admitted'; readonly call: OpenCall };

/**
 * Takes a request through to its answer. Two steps, so that a fault can hold the call up between them: `receive` finds
 * out who wants what and changes nothing; `carryOut` does it, in one transaction that stays only where it succeeds.
 */
export class Dispatcher {
  constructor(private readonly parts: DispatcherParts) {}

  receive(wire: WireRequest): Received {
    return this.admit(
      () => {
        assertMethodAndPath(wire);
        return readRpcRequest(wire);
      },
      (request) => this.parts.gateway.admit(request),
    );
  }

  /** Takes a call of an account itself, from within this process, through to its answer. */
  answerOwner(account: { readonly name: string; readonly uid: string }, call: DirectRequest): Answer {
    const received = this.admit(
      () => directRequest(call),
      (request) => this.parts.gateway.admitOwner(request, account),
    );
    return received.kind === 'refused' ? received.answer : this.carryOut(received.call);
  }

  private admit(read: () => RpcRequest, admit: (request: RpcRequest) => AdmittedCall): Received {
    const requestId = this.parts.requestIds.next();
    let request: RpcRequest | undefined;
    try {
      request = read();
      return { kind: 'admitted', call: this.open(admit(request), requestId) };
    } catch (error) {
      const refusal = this.asApiError(error);
      if (request !== undefined) this.logRefusal(request, requestId, refusal);
      const format = request?.errorFormat ?? 'json';
      const regionId = request?.parameters.get('RegionId') ?? '';
      return { kind: 'refused', answer: errorAnswer(refusal, { requestId, product: 'ecs', regionId, format }) };
    }
  }

  /** The answer to a request that was not even read. */
  refuse(error: ApiError): Answer {
    const requestId = this.parts.requestIds.next();
    return errorAnswer(error, { requestId, product: 'ecs', regionId: '', format: 'json' });
  }

  /** Never throws: what goes wrong becomes an answer. */
  carryOut(call: OpenCall): Answer {
    const { requestId, operation, regionId, request } = call;
    try {
      const answer = successAnswer(requestId, this.membersOf(call));
      this.complete(call, answer.status, null);
      return answer;
    } catch (error) {
      const refusal = this.asApiError(error);
      this.complete(call, refusal.status, refusal.code);
      const isWaitTold = this.parts.store.facts.settings.switch('retryAfterHeader') === 'sent';
      const origin = { requestId, product: operation.product, regionId, format: request.errorFormat, isWaitTold };
      return errorAnswer(refusal, origin);
    }
  }

  /** While `during` lasts, another call with the same client token is told that this one is being processed. */
  async holdingToken<T>(call: OpenCall, during: () => Promise<T>): Promise<T> {
    const use = this.tokenUse(call);
    if (use === undefined || this.parts.tokens.isHeld(use)) return during();
    this.parts.tokens.hold(use, call.requestId);
    try {
      return await during();
    } finally {
      this.parts.tokens.release(use);
    }
  }

  private open(admitted: AdmittedCall, requestId: string): OpenCall {
    const { operation, request, principal } = admitted;
    const now = this.parts.clock.now();
    const regionId = regionOf(request.parameters, this.parts.store);
    const account = principal.caller.uid;
    const isMutating = operation.access === 'write' && !isDryRun(operation, request.parameters);
    const hit = this.parts.faults.strike({ action: operation.name, account, region: regionId, isMutating }, now);
    const logSequence = this.parts.log.add(
      {
        at: new Date(now).toISOString(),
        account: account === '' ? null : account,
        region: regionId,
        action: operation.name,
        access: operation.access,
        clientToken: request.parameters.get('ClientToken') ?? null,
        requestId,
        status: null,
        code: null,
        fault: hit?.kind ?? null,
      },
      request.parameters,
    );
    return { ...admitted, requestId, logSequence, regionId, hit };
  }

  private logRefusal(request: RpcRequest, requestId: string, refusal: ApiError): void {
    this.parts.log.add(
      {
        at: new Date(this.parts.clock.now()).toISOString(),
        account: null,
        region: request.parameters.get('RegionId') ?? '',
        action: request.action,
        access: null,
        clientToken: request.parameters.get('ClientToken') ?? null,
        requestId,
        status: refusal.status,
        code: refusal.code,
        fault: null,
      },
      request.parameters,
    );
  }

  private complete(call: OpenCall, status: number, code: string | null): void {
    this.parts.log.complete(call.logSequence, { status, code });
  }

  private asApiError(error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    this.parts.onDefect(error);
    const what = error instanceof Error ? error.message : String(error);
    return new ApiError(500, 'InternalError', `The emulator itself failed: ${what}`);
  }

  /** The members of the answer as JSON text. */
  private membersOf(call: OpenCall): string {
    const { clock, store, throttle } = this.parts;
    const now = clock.now();
    store.runDue(now, runEvent);
    refuseByFault(call.hit);
    const { operation, principal, regionId } = call;
    throttle.admit({ account: principal.caller.uid, region: regionId, action: operation.name }, now);
    const permitted = store.rehearse(now, (world) => this.permit(call, world));
    if ('members' in permitted) return permitted.members;
    return this.run(call, permitted.parameters, now);
  }

  /** May it, is it well-formed, was it answered before? In this order. */
  private permit(
    call: OpenCall,
    world: World,
  ): { readonly members: string } | { readonly parameters: Parsed<ParameterSpec> } {
    const { operation, request } = call;
    const context: Call = contextOf(call, world);
    const read = attempt(() => readAll(operation.parameters, request.parameters));
    const verdict = call.hit?.kind === 'denied' ? 'ImplicitDeny' : judge(call, context, read);
    if (verdict !== 'Allow') {
      const isQuiet = operation.denied !== undefined && !isDryRun(operation, request.parameters);
      if (!isQuiet || read.error !== undefined) {
        throw refusedByRam(call, verdict, world.settings.switch('ramDenialCode'));
      }
      return { members: encodeJson(operation.denied?.(read.value, context)) };
    }
    if (read.error !== undefined) throw read.error;
    assertRegion(operation, request.parameters);
    const use = this.tokenUse(call);
    if (use !== undefined) assertTokenFormed(request.parameters);
    const kept = use && this.parts.tokens.answerFor(use, world.now, call.requestId);
    return kept === undefined ? { parameters: read.value } : { members: replayed(kept) };
  }

  private run(call: OpenCall, parameters: Parsed<ParameterSpec>, now: number): string {
    const { store, tokens } = this.parts;
    const { operation } = call;
    const use = this.tokenUse(call);
    const act = (world: World): string => {
      const seen = call.hit?.kind === 'page-shift' ? withRotatedRows(world, call.hit.hits) : world;
      const members = encodeJson(operation.run(parameters, contextOf(call, seen)));
      if (use !== undefined) tokens.keep(use, now, members);
      return members;
    };
    if (operation.dryRun !== undefined && isDryRun(operation, call.request.parameters)) {
      store.rehearse(now, act);
      if (use !== undefined) tokens.keepDryRun(use, now);
      throw new ApiError(400, operation.dryRun, 'Request validation has been passed with DryRun flag set.');
    }
    if (call.hit?.kind === 'stale-read') {
      return store.asOf(now - (call.hit.fault.seconds ?? 60) * 1000, () => store.rehearse(now, act));
    }
    try {
      return store.transact(now, act);
    } catch (error) {
      if (use !== undefined && error instanceof ApiError) tokens.keepRefusal(use, now, error);
      throw error;
    }
  }

  private tokenUse({ operation, request, principal, regionId }: OpenCall): TokenUse | undefined {
    const { settings } = this.parts.store.facts;
    return tokenUseOf(operation, request.parameters, { account: principal.caller.uid, region: regionId, settings });
  }
}

function contextOf({ principal, regionId, request }: OpenCall, world: World): Call {
  return { caller: principal.caller, regionId, world, raw: request.parameters };
}

interface Attempt<T> {
  readonly value: T;
  readonly error: ApiError | undefined;
}

/** RAM is asked before parameters are judged, but needs them to know what the call is about. */
function attempt(read: () => Parsed<ParameterSpec>): Attempt<Parsed<ParameterSpec>> {
  try {
    return { value: read(), error: undefined };
  } catch (error) {
    if (error instanceof ApiError) return { value: {}, error };
    throw error;
  }
}

function judge(call: OpenCall, context: Call, read: Attempt<Parsed<ParameterSpec>>): Verdict {
  const { operation, principal } = call;
  if (principal.policies === 'all') return 'Allow';
  const question = questionOf(operation, context, read);
  if (question === 'unchecked') return 'Allow';
  const verdict = decide(principal.policies, question);
  const narrower = principal.session?.policy;
  return verdict === 'Allow' && narrower ? decide([narrower], question) : verdict;
}

function questionOf(
  operation: AnyOperation,
  context: Call,
  read: Attempt<Parsed<ParameterSpec>>,
): Question | 'unchecked' {
  const action = `${operation.product}:${operation.name}`;
  const always = { 'acs:SecureTransport': 'false', 'acs:SourceIp': '127.0.0.1' };
  if (read.error !== undefined) return { action, resources: [], conditions: always };
  const asked = operation.accessRequest?.(read.value, context);
  if (asked === 'unchecked') return asked;
  const region = context.regionId === '' ? '*' : context.regionId;
  const everything = [`acs:${operation.product}:${region}:${context.caller.uid}:*`];
  return { action, resources: asked?.resources ?? everything, conditions: { ...always, ...asked?.conditions } };
}

function refusedByRam({ operation, principal }: OpenCall, verdict: Verdict, code: string): ApiError {
  return new ApiError(
    403,
    code,
    "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    {
      AccessDeniedDetail: {
        AuthAction: `${operation.product}:${operation.name}`,
        AuthPrincipalType: principalType(principal),
        AuthPrincipalOwnerId: principal.caller.uid,
        AuthPrincipalDisplayName: principal.caller.arn.slice(principal.caller.arn.lastIndexOf('/') + 1),
        NoPermissionType: verdict,
        PolicyType: 'AccountLevelIdentityBasedPolicy',
        EncodedDiagnosticMessage: '',
      },
    },
  );
}

function principalType({ caller }: Principal): string {
  return caller.kind === 'RAMUser' ? 'SubUser' : caller.kind;
}

function refuseByFault(hit: Hit | undefined): void {
  if (hit?.kind === 'throttle') {
    const { retryAfterMs } = throttled(1_000);
    const { status = 400, code = 'Throttling.User' } = hit.fault;
    throw new ApiError(status, code, 'Request was denied due to flow control.', {}, retryAfterMs);
  }
  if (hit?.kind === 'server-error') {
    const { status = 503, code = 'ServiceUnavailable' } = hit.fault;
    throw new ApiError(status, code, 'The request has failed due to a temporary failure of the server.');
  }
}

function assertRegion(operation: AnyOperation, raw: RawParameters): void {
  const region = raw.get('RegionId') ?? '';
  if (!('RegionId' in operation.parameters) || region === '' || isRegion(region)) return;
  const { status, code, message } = operation.unknownRegion ?? { status: 404, code: 'InvalidRegionId.NotFound' };
  throw new ApiError(status, code, message ?? `The specified RegionId '${region}' does not exist.`);
}

/** Several operations have no RegionId: then the region is that of the thing that the call names. */
function regionOf(raw: RawParameters, store: Store): string {
  const given = raw.get('RegionId') ?? '';
  if (given !== '') return given;
  const named = [
    store.instances.get(raw.get('InstanceId') ?? ''),
    store.disks.get(raw.get('DiskId') ?? ''),
    store.snapshots.get(raw.get('SnapshotId') ?? ''),
    store.images.get(raw.get('ImageId') ?? ''),
  ];
  return named.find((row) => row !== undefined)?.region ?? '';
}
