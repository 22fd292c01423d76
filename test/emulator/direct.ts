import { Emulator } from '../../src/emulator/index.js';
import { checkScenario } from '../../src/emulator/scenario/load-scenario.js';
import type { ScenarioSpec } from '../../src/emulator/scenario/scenario.js';
import { imagesUid, prodUid } from './support.js';
import { type RawRequest, signV3, type Signer } from './signing.js';

export const home = 'cn-hangzhou';
export const abroad = 'ap-southeast-1';
export const thirdUid = '1600000000000003';

export type Parameters = Readonly<Record<string, string | number | boolean>>;

export interface DirectAnswer {
  readonly status: number;
  /** The error's code; 'none' for success. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const keysByAccount: Readonly<Record<string, string>> = {
  images: 'EMULATORIMAGES',
  prod: 'EMULATORPROD',
  third: 'EMULATORTHIRD',
};

/** Everything that a server does beside the sockets: signed requests in, answers out, and a clock that stands still. */
export class DirectCloud {
  readonly emulator: Emulator;
  /** Real time, which signatures go by. */
  realNow = Date.parse('2026-06-01T00:00:00Z');
  private nonce = 0;

  constructor(spec: Partial<ScenarioSpec> = {}) {
    const accounts = [
      { name: 'images', uid: imagesUid },
      { name: 'prod', uid: prodUid },
      { name: 'third', uid: thirdUid },
    ];
    const scenario = checkScenario({
      apiVersion: 'tallyman.dev/v1',
      kind: 'Scenario',
      metadata: { name: 'direct' },
      spec: { accounts, clock: { speed: 0 }, ...spec },
    });
    this.emulator = new Emulator({
      scenario,
      now: () => this.realNow,
      onDefect: (error) => {
        throw error;
      },
    });
  }

  signer(as = 'prod'): Signer {
    return { endpoint: 'http://127.0.0.1:1', accessKeyId: keysByAccount[as] ?? as, accessKeySecret: 'emulator' };
  }

  call(action: string, parameters: Parameters = {}, as = 'prod'): DirectAnswer {
    return this.send(this.sign(action, parameters, this.signer(as)));
  }

  sign(action: string, parameters: Parameters, signer: Signer, token?: string): RawRequest {
    this.nonce += 1;
    const texts = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
    const options = { at: this.realNow, nonce: `nonce-${this.nonce}` };
    return signV3(signer, action, texts, token === undefined ? options : { ...options, token });
  }

  send(request: RawRequest): DirectAnswer {
    const mark = request.url.indexOf('?');
    const { dispatcher } = this.emulator.engine;
    const received = dispatcher.receive({
      method: request.method,
      path: new URL(request.url).pathname,
      query: mark < 0 ? '' : request.url.slice(mark + 1),
      headers: new Map(Object.entries(request.headers)),
      body: Buffer.from(request.body ?? ''),
    });
    const {
      status,
      headers,
      body: text,
    } = received.kind === 'refused' ? received.answer : dispatcher.carryOut(received.call);
    const isJson = (headers['content-type'] ?? '').startsWith('application/json');
    const body = isJson ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : {};
    const code = typeof body['Code'] === 'string' ? body['Code'] : 'none';
    return { status, code, headers, text, body };
  }

  /** Status and code of the refusal, or 'none'. */
  refusal(action: string, parameters: Parameters = {}, as = 'prod'): string {
    const { status, code } = this.call(action, parameters, as);
    return code === 'none' ? code : `${status} ${code}`;
  }

  /** The rows of a list, as `Images.Image`. */
  rows(
    list: string,
    action: string,
    parameters: Parameters = {},
    as = 'prod',
  ): readonly Readonly<Record<string, unknown>>[] {
    const { body } = this.call(action, { RegionId: home, ...parameters }, as);
    const [outer = '', inner = ''] = list.split('.');
    return (body[outer] as Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>)[inner] ?? [];
  }

  images(parameters: Parameters = {}, as = 'prod'): readonly Readonly<Record<string, unknown>>[] {
    return this.rows('Images.Image', 'DescribeImages', { Status: 'ALL', PageSize: 100, ...parameters }, as);
  }

  instances(parameters: Parameters = {}): readonly Readonly<Record<string, unknown>>[] {
    return this.rows('Instances.Instance', 'DescribeInstances', { PageSize: 100, ...parameters });
  }

  disks(parameters: Parameters = {}): readonly Readonly<Record<string, unknown>>[] {
    return this.rows('Disks.Disk', 'DescribeDisks', { PageSize: 100, ...parameters });
  }

  advance(seconds: number): void {
    this.emulator.advance(seconds);
  }

  /** Everything that outlives a call, without the requests counted. */
  everything(): string {
    const { counters, collections, clock } = this.emulator.engine.document();
    return JSON.stringify({ counters, collections, now: clock.now });
  }
}
