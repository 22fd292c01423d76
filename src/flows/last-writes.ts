import type { Address } from '../domain/address.js';
import type { LastWrite } from '../domain/drift.js';

/**
 * The last call at each address that an audit log says was answered with success. Lines that are no entries, such as the
 * last one of a run that was killed while it wrote, say nothing.
 */
export function lastWritesIn(log: string): ReadonlyMap<Address, LastWrite> {
  const last = new Map<Address, LastWrite>();
  for (const line of log.split('\n')) {
    const entry = entryOf(line);
    if (entry?.['phase'] !== 'after' || entry['result'] !== 'ok') continue;
    const { address, at, operation, requestId, subject } = entry;
    if (typeof address !== 'string' || typeof at !== 'string' || typeof operation !== 'string') continue;
    if (Number.isNaN(Date.parse(at)) || Date.parse(at) < Date.parse(last.get(address)?.at ?? '1970-01-01')) continue;
    const id = typeof subject === 'string' && /^[im]-/.test(subject) ? subject : (last.get(address)?.id ?? null);
    last.set(address, { at, operation, requestId: typeof requestId === 'string' ? requestId : null, id });
  }
  return last;
}

function entryOf(line: string): Readonly<Record<string, unknown>> | null {
  if (line.trim() === '') return null;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
