import type { ScenarioAccessKey, ScenarioSpec } from '../scenario/scenario.js';
import type { Principal } from './principal.js';
import type { SessionRow } from './session.js';

/** The key of an account, or of one of its RAM users, that clients use when they ask the emulator for one. */
export interface Credentials {
  readonly account: string;
  readonly uid: string;
  /** Absent for the account itself. */
  readonly user?: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** Every access key of the scenario and of STS. */
export class Principals {
  private readonly byKey = new Map<string, Principal>();
  readonly credentials: readonly Credentials[];

  constructor(
    private readonly spec: ScenarioSpec,
    private readonly sessionOf: (accessKeyId: string) => SessionRow | undefined,
  ) {
    const keysOf = spec.accounts.map((account) => ({ account, keys: accessKeysOf(account.name, account.accessKeys) }));
    for (const { account, keys } of keysOf) {
      const arn = `acs:ram::${account.uid}:root`;
      const caller = { uid: account.uid, accountName: account.name, kind: 'Account', arn } as const;
      for (const key of keys) this.add({ caller, policies: 'all' }, key);
    }
    for (const user of spec.ramUsers ?? []) {
      const account = this.account(user.account);
      const arn = `acs:ram::${account.uid}:user/${user.name}`;
      const caller = { uid: account.uid, accountName: account.name, kind: 'RAMUser', arn } as const;
      const keys = user.accessKeys ?? [];
      for (const key of keys) this.add({ caller, policies: user.policies ?? [] }, key);
    }
    // Accounts first: who asks by account gets the account's own key.
    this.credentials = [
      ...keysOf.flatMap(({ account, keys }) => activeKeyOf({ account: account.name, uid: account.uid }, keys)),
      ...(spec.ramUsers ?? []).flatMap((user) => {
        const account = this.account(user.account);
        return activeKeyOf({ account: account.name, uid: account.uid, user: user.name }, user.accessKeys ?? []);
      }),
    ];
  }

  find(accessKeyId: string): Principal | undefined {
    const session = this.sessionOf(accessKeyId);
    return session === undefined ? this.byKey.get(accessKeyId) : this.principalOf(session);
  }

  private add(who: Pick<Principal, 'caller' | 'policies'>, key: ScenarioAccessKey): void {
    const isActive = key.status !== 'Inactive';
    this.byKey.set(key.id, { ...who, accessKeyId: key.id, secret: key.secret, isActive, session: null });
  }

  private principalOf(session: SessionRow): Principal {
    const { name } = this.account(session.account);
    const arn = `acs:ram::${session.account}:assumed-role/${session.roleName}/${session.sessionName}`;
    return {
      caller: { uid: session.account, accountName: name, kind: 'AssumedRoleUser', arn },
      accessKeyId: session.id,
      secret: session.secret,
      isActive: true,
      policies: session.policies,
      session: { token: session.token, expiresAt: session.expiresAt, policy: session.sessionPolicy },
    };
  }

  private account(nameOrUid: string): { readonly name: string; readonly uid: string } {
    const account = this.spec.accounts.find(({ name, uid }) => name === nameOrUid || uid === nameOrUid);
    return account ?? { name: nameOrUid, uid: nameOrUid };
  }
}

function activeKeyOf(
  whose: Pick<Credentials, 'account' | 'uid' | 'user'>,
  keys: readonly ScenarioAccessKey[],
): readonly Credentials[] {
  const [first] = keys.filter((key) => key.status !== 'Inactive');
  return first === undefined ? [] : [{ ...whose, accessKeyId: first.id, accessKeySecret: first.secret }];
}

/** An account without `accessKeys` has one made of its name: `EMULATORPROD` for `prod`, with the secret `emulator`. */
function accessKeysOf(name: string, keys: readonly ScenarioAccessKey[] | undefined): readonly ScenarioAccessKey[] {
  return keys ?? [{ id: `EMULATOR${name.toUpperCase().replace(/[^A-Z0-9]/g, '')}`, secret: 'emulator' }];
}
