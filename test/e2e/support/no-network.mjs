// Loaded into a command with `node --import`: whatever reaches for the network throws, and every module is written
// down. NO_NETWORK_REPORT names the file for both, one JSON object a line, since a throw may be caught.
// NO_NETWORK_ALLOW=loopback lets TCP to the literal loopback addresses through.
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { createRequire, register, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

const report = process.env.NO_NETWORK_REPORT;
const allowsLoopback = process.env.NO_NETWORK_ALLOW === 'loopback';
const loopback = ['127.0.0.1', '::1'];

function write(entry) {
  appendFileSync(report, `${JSON.stringify(entry)}\n`);
}

function forbid(holder, name, isAllowed = () => false) {
  const original = holder[name];
  holder[name] = function guarded(...words) {
    if (isAllowed(words)) return original.apply(this, words);
    const used = `${name} ${words.map(described).join(' ')}`;
    write({ network: used });
    throw new Error(`the network was used: ${used}`);
  };
}

function described(word) {
  if (typeof word !== 'object' || word === null) return typeof word === 'function' ? '' : String(word);
  return `${word.host ?? word.hostname ?? word.path ?? ''}:${word.port ?? ''}`;
}

/** `connect` is called with options, with a list that holds them, or with port and host. */
function isLoopback(words) {
  const [first, second] = Array.isArray(words[0]) ? words[0] : words;
  const host = typeof first === 'object' && first !== null ? first.host : second;
  return loopback.includes(host);
}

forbid(net.Socket.prototype, 'connect', (words) => allowsLoopback && isLoopback(words));
forbid(dgram, 'createSocket');
for (const holder of [dns, dns.promises]) {
  for (const name of Object.keys(holder)) {
    if (/^(?:lookup|resolve|reverse)/.test(name))
      forbid(holder, name, ([host]) => allowsLoopback && loopback.includes(host));
  }
}
if (!allowsLoopback) {
  forbid(net.Server.prototype, 'listen');
  for (const holder of [http, https]) for (const name of ['request', 'get']) forbid(holder, name);
  forbid(http2, 'connect');
  forbid(tls, 'connect');
  forbid(globalThis, 'fetch');
}
syncBuiltinESMExports();

const recorder = `
import { appendFileSync } from 'node:fs';
let report;
export function initialize(data) { report = data.report; }
export async function load(url, context, next) {
  appendFileSync(report, JSON.stringify({ module: url }) + '\\n');
  return next(url, context);
}`;
register(`data:text/javascript,${encodeURIComponent(recorder)}`, { data: { report } });
process.on('exit', () => {
  for (const path of Object.keys(createRequire(import.meta.url).cache)) write({ module: path });
});
