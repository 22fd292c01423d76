import type { ImageHardening } from '../../../domain/observed.js';
import type { Violation } from '../../../domain/policy.js';
import { list, object, oneOf, optional, withDefault } from '../../parameters.js';
import { lockedImagesOf } from '../../live-image.js';
import type { Rule } from '../../rule.js';
import { sourceViolation } from '../../source-violation.js';

type Trait = 'nvme' | 'imdsV2' | 'nonRootLogin' | 'cloudInit';

export interface Hardening {
  readonly require: readonly Trait[];
  /** Null: any. */
  readonly bootModes: readonly string[] | null;
  /** Levels of risk that an examination must not have found. */
  readonly risks: readonly ('High' | 'Medium')[];
}

/**
 * What the builder of an image chose cannot be seen on a machine any more before it runs. What the answer does not say
 * counts as missing; an image that was never examined has no risks to name.
 */
export const imageHardening: Rule<Hardening> = {
  id: 'trust/image-hardening',
  stage: 'plan',
  severity: { recommended: 'warning', strict: 'error' },
  isWaivable: true,
  judges: ['ImageSource'],
  summary: 'a locked image lacks what makes machines hard to attack',
  description:
    'Support for NVMe, version 2 of the metadata service, login without root and cloud-init are settled by whoever ' +
    'builds an image, and so are the boot mode and what an examination of the image found.',
  parameters: object({
    require: withDefault(list(oneOf('nvme', 'imdsV2', 'nonRootLogin', 'cloudInit')), [
      'nvme',
      'imdsV2',
      'nonRootLogin',
      'cloudInit',
    ]),
    bootModes: optional(list(oneOf('BIOS', 'UEFI', 'UEFI-Preferred'))),
    risks: withDefault(list(oneOf('High', 'Medium')), ['High', 'Medium']),
  }),
  check: ({ judged, parameters, ...context }) =>
    judged.imageSources.flatMap((source) =>
      lockedImagesOf(context, source).flatMap(({ entry, image }): readonly Violation[] => {
        const objections = objectionsTo(image.hardening, parameters);
        if (objections.length === 0) return [];
        const message = `image '${entry.imageId}' in '${entry.region}' ${objections.join(', ')}`;
        const hint = 'Have its owner build it with these, or copy and rebuild it; the Policy says what is asked.';
        return [sourceViolation(source, entry, message, hint)];
      }),
    ),
};

const traits: Readonly<
  Record<Trait, { readonly words: string; readonly isIn: (facts: ImageHardening) => boolean | null }>
> = {
  nvme: { words: 'NVMe', isIn: ({ nvme }) => nvme },
  imdsV2: { words: 'version 2 of the metadata service', isIn: ({ imds }) => (imds === null ? null : imds === 'v2') },
  nonRootLogin: { words: 'login without root', isIn: ({ nonRootLogin }) => nonRootLogin },
  cloudInit: { words: 'cloud-init', isIn: ({ cloudInit }) => cloudInit },
};

function objectionsTo(facts: ImageHardening, { require, bootModes, risks }: Hardening): readonly string[] {
  const missing = require.flatMap((trait) => {
    const { words, isIn } = traits[trait];
    const isThere = isIn(facts);
    if (isThere === true) return [];
    return [isThere === null ? `does not say whether it supports ${words}` : `does not support ${words}`];
  });
  const isBootModeWrong = bootModes !== null && !bootModes.some((mode) => mode === facts.bootMode);
  const found = (facts.risks ?? []).filter(({ level }) => risks.some((risk) => risk === level));
  return [
    ...missing,
    ...(isBootModeWrong ? [`boots with '${facts.bootMode ?? 'unknown'}'`] : []),
    ...found.map(({ name, level }) => `was examined with a risk of level '${level}': '${name}'`),
  ];
}
