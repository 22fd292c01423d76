import { describe, expect, it } from 'vitest';
import { copyImage } from '../../../src/emulator/operations/images/copy-image.js';
import { ApiError } from '../../../src/emulator/rpc/api-error.js';
import { ClientTokens, type TokenUse, tokenUseOf } from '../../../src/emulator/rpc/client-tokens.js';
import type { Switches } from '../../../src/emulator/world/settings.js';
import { imagesUid } from '../support.js';
import { home, imageWorld } from './image-world.js';

const { settings } = imageWorld([]).store.facts;

function useOf(imageId: string): TokenUse {
  const raw = new Map(Object.entries({ RegionId: home, ImageId: imageId, ClientToken: 'one' }));
  const use = tokenUseOf(copyImage, raw, { account: imagesUid, region: home, settings });
  if (use === undefined) throw new Error('CopyImage takes a client token');
  return use;
}

/** What a second CopyImage with the same token and another source is answered with. */
function mismatch(tokenMismatchCode: Switches['tokenMismatchCode']): string {
  const { store, now } = imageWorld([], { switches: { tokenMismatchCode } });
  const tokens = new ClientTokens(store);
  store.transact(now, () => tokens.keep(useOf('m-1'), now, '{}'));
  try {
    tokens.answerFor(useOf('m-2'), now, 'REQUEST-2');
  } catch (error) {
    if (error instanceof ApiError) return `${error.status} ${error.code}`;
  }
  return 'none';
}

describe('a client token of CopyImage that comes again with other parameters', () => {
  it.each<[Switches['tokenMismatchCode'], string]>([
    ['per-operation', '400 IdempotenceParamNotMatch'],
    ['IdempotentParameterMismatch', '400 IdempotentParameterMismatch'],
    ['IdempotenceParamNotMatch', '400 IdempotenceParamNotMatch'],
  ])('is refused by the switch tokenMismatchCode: %s', (code, expected) => {
    expect(mismatch(code)).toBe(expected);
  });
});
