import { authenticate, type AuthenticationParts } from '../access/authentication.js';
import type { Principal } from '../access/principal.js';
import type { Catalogue } from '../operations/catalogue.js';
import type { AnyOperation } from '../operations/operation.js';
import { ApiError } from './api-error.js';
import type { RpcRequest, WireRequest } from './wire-request.js';

/** A call that got past the gateway: who wants what. */
export interface AdmittedCall {
  readonly operation: AnyOperation;
  readonly request: RpcRequest;
  readonly principal: Principal;
}

/** STS itself is asked without a key by who has only a token of an OIDC provider. */
const unsignedActions: ReadonlySet<string> = new Set(['AssumeRoleWithOIDC']);

const nobody: Principal = {
  caller: { uid: '', accountName: '', kind: 'Account', arn: '' },
  accessKeyId: '',
  secret: '',
  isActive: true,
  policies: 'all',
  session: null,
};

/** The checks before the service, in this order: method and path, action, then who signed. */
export class Gateway {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly parts: AuthenticationParts,
    /** Real milliseconds since 1970. */
    private readonly realNow: () => number,
  ) {}

  admit(request: RpcRequest): AdmittedCall {
    const operation = this.catalogue.find(request.version, request.action);
    const isAnonymous = request.dialect === 'unsigned' && unsignedActions.has(operation.name);
    const principal = isAnonymous ? nobody : authenticate(request, this.parts, this.realNow());
    return { operation, request, principal };
  }

  /** A call from within this process, by an account itself: who it is, is known, so that nothing has to be signed. */
  admitOwner(request: RpcRequest, account: { readonly name: string; readonly uid: string }): AdmittedCall {
    const { name, uid } = account;
    const caller = { uid, accountName: name, kind: 'Account', arn: `acs:ram::${uid}:root` } as const;
    const operation = this.catalogue.find(request.version, request.action);
    return { operation, request, principal: { ...nobody, caller } };
  }
}

export function assertMethodAndPath(wire: WireRequest): void {
  if (wire.method !== 'GET' && wire.method !== 'POST') {
    throw new ApiError(400, 'UnsupportedHTTPMethod', `This http method is not supported: ${wire.method}.`);
  }
  if (wire.path !== '/') {
    throw new ApiError(
      404,
      'InvalidAction.NotFound',
      `Specified api is not found, please check your url and method: '${wire.path}' is not '/'.`,
    );
  }
}
