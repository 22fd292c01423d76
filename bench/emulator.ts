import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { type RawRequest, signV3 } from '../test/emulator/signing.js';
import { median, ms, row, timed } from './measure.mjs';
import { serve } from './serve.mjs';

interface Served {
  readonly endpoint: string;
  readonly startMs: number;
  readonly rss: number;
  readonly stop: () => Promise<void>;
}

const connections = 16;
const agent = new Agent({ keepAlive: true, maxSockets: connections });

function send({ method, url, headers }: RawRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.once('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    })
      .once('error', reject)
      .end();
  });
}

async function requestsPerSecond(requests: readonly RawRequest[]): Promise<number> {
  const queue = [...requests];
  const began = performance.now();
  const work = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) await send(next);
  };
  await Promise.all(Array.from({ length: connections }, work));
  return requests.length / ((performance.now() - began) / 1000);
}

const keys = { accessKeyId: 'EMULATORPROD', accessKeySecret: 'emulator' };
/** Those of the fleet. */
const regions = ['cn-hangzhou', 'cn-shanghai', 'ap-southeast-1'];
const region = { RegionId: 'cn-hangzhou' };
/** 10,000 in three regions: 3,334 here. */
const pageOf = (number: number) => ({ ...region, PageSize: '100', PageNumber: String(number) });
const lastPage = 33;

async function first(endpoint: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const [one] = signed(endpoint, parameters, 1);
  if (one === undefined) throw new Error('nothing to send');
  return send(one);
}

/** Signed before the clock runs, so that the client costs both servers the same. */
function signed(endpoint: string, parameters: Readonly<Record<string, string>>, count: number): readonly RawRequest[] {
  return Array.from({ length: count }, () => signV3({ endpoint, ...keys }, 'DescribeInstances', parameters));
}

export async function run(directory: string): Promise<readonly unknown[]> {
  const state = join(directory, 'state');
  const empty: Served = await serve('emulator-process.mjs', 0, 0);
  const full: Served = await serve('emulator-process.mjs', 10_000, 0, state);
  const rows = [
    ...(await throughput(empty)),
    ...(await pages(full)),
    memory(full, empty),
    row('start from the scenario', ms(full.startMs), `empty one ${ms(empty.startMs)}`, full.startMs / empty.startMs),
  ];
  await empty.stop();
  await full.stop();
  const again: Served = await serve('emulator-process.mjs', 10_000, 0, state);
  await again.stop();
  const started = row(
    'start from a saved state',
    ms(again.startMs),
    'limit 2000 ms',
    again.startMs / 2000,
    'at most 1x',
  );
  const listed = await wholeListing();
  agent.destroy();
  return [...rows, started, listed];
}

/** 100,000 instances, every page of every region, one after another: all of them come, each once. */
async function wholeListing(): Promise<unknown> {
  const total = 100_000;
  const huge: Served = await serve('emulator-process.mjs', total, 0);
  const ids = new Set<string>();
  let pages = 0;
  const began = performance.now();
  for (const each of regions) {
    let token = '';
    do {
      const query = { RegionId: each, MaxResults: '100', ...(token === '' ? {} : { NextToken: token }) };
      const page = JSON.parse(await first(huge.endpoint, query)) as ListedPage;
      for (const { InstanceId } of page.Instances.Instance) ids.add(InstanceId);
      token = page.NextToken;
      pages += 1;
    } while (token !== '');
  }
  const listedMs = performance.now() - began;
  await huge.stop();
  if (ids.size !== total) throw new Error(`${ids.size} of ${total} instances were listed`);
  const start = `start ${ms(huge.startMs)}, ${Math.round(huge.rss / 1024 ** 2)} MiB`;
  return row(`${total} instances, ${pages} pages`, ms(listedMs), start, null, 'completes');
}

interface ListedPage {
  readonly NextToken: string;
  readonly Instances: { readonly Instance: readonly { readonly InstanceId: string }[] };
}

function memory(full: Served, empty: Served): unknown {
  const text = ({ rss }: Served): string => `${Math.round(rss / 1024 ** 2)} MiB`;
  return row('memory', text(full), `with no instance ${text(empty)}`, full.rss / empty.rss, 'under 250 MiB');
}

async function throughput({ endpoint }: Served): Promise<readonly unknown[]> {
  const size = (await first(endpoint, region)).length;
  const bare: Pick<Served, 'endpoint' | 'stop'> = await serve('bare-server.mjs', size);
  const rates = { bare: [] as number[], emulator: [] as number[] };
  for (let round = 0; round < 6; round += 1) {
    rates.bare.push(await requestsPerSecond(signed(bare.endpoint, region, 2_000)));
    rates.emulator.push(await requestsPerSecond(signed(endpoint, region, 2_000)));
  }
  await bare.stop();
  const [reference, measured] = [median(rates.bare.slice(1)), median(rates.emulator.slice(1))];
  const text = (rate: number): string => `${Math.round(rate)}/s`;
  return [
    row('signed requests', text(measured), `bare node:http ${text(reference)}`, measured / reference, 'at least 0.25x'),
  ];
}

async function pages({ endpoint }: Served): Promise<readonly unknown[]> {
  const times = { first: [] as number[], last: [] as number[], bare: [] as number[], json: [] as number[] };
  const text = await first(endpoint, pageOf(1));
  const value: unknown = JSON.parse(text);
  const bare: Pick<Served, 'endpoint' | 'stop'> = await serve('bare-server.mjs', text.length);
  for (let round = 0; round < 100; round += 1) {
    times.first.push(await timeOf(endpoint, 1));
    times.last.push(await timeOf(endpoint, lastPage));
    times.bare.push(await timeOf(bare.endpoint, 1));
    times.json.push(timed(() => JSON.stringify(value)));
  }
  await bare.stop();
  const [page, last, transport, json] = [times.first, times.last, times.bare, times.json].map(median) as [
    number,
    number,
    number,
    number,
  ];
  return [
    row(
      'page of 100, without what HTTP takes',
      ms(page - transport),
      `JSON.stringify ${ms(json)}`,
      (page - transport) / json,
      'at most 3x',
    ),
    row('page of 100, with it', ms(page), `bare node:http ${ms(transport)}`, page / transport),
    row('last page', ms(last), `first page ${ms(page)}`, last / page, 'within 20 %'),
  ];
}

async function timeOf(endpoint: string, page: number): Promise<number> {
  const [one] = signed(endpoint, pageOf(page), 1);
  const began = performance.now();
  if (one !== undefined) await send(one);
  return performance.now() - began;
}
