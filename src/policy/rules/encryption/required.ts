import type { ImageCopy, Instance } from '../../../domain/desired.js';
import { child, type Origin } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import { list, object, oneOf, withDefault } from '../../parameters.js';
import type { References } from '../../references.js';
import type { Rule } from '../../rule.js';

export interface EncryptionRequired {
  readonly kinds: readonly ('ImageCopy' | 'Instance')[];
}

/**
 * Absent counts as plain: without a word the cloud decides. The one exception is the system disk of an instance that
 * runs an encrypted copy: what is made from an encrypted snapshot is always encrypted.
 */
export const required: Rule<EncryptionRequired> = {
  id: 'encryption/required',
  stage: 'lint',
  severity: { recommended: 'warning', strict: 'error' },
  isWaivable: true,
  judges: ['ImageCopy', 'Instance'],
  summary: 'a copy or a disk is not encrypted',
  description:
    'Copies, system disks and data disks say `encrypted: true`. An instance on an encrypted copy need not say it of ' +
    'its system disk, which cannot be anything else.',
  parameters: object({ kinds: withDefault(list(oneOf('ImageCopy', 'Instance')), ['ImageCopy', 'Instance']) }),
  check: ({ references, judged, parameters }) => [
    ...(parameters.kinds.includes('ImageCopy') ? judged.imageCopies.flatMap(complainOfCopy) : []),
    ...(parameters.kinds.includes('Instance')
      ? judged.instances.flatMap((instance) => complainOfDisks(references, instance))
      : []),
  ],
};

function complainOfCopy(copy: ImageCopy): readonly Violation[] {
  if (copy.encrypted === true) return [];
  return [violation(child(copy.origin, 'spec', 'encrypted'), copy.address, '`encrypted`', copy.encrypted)];
}

function complainOfDisks(references: References, instance: Instance): readonly Violation[] {
  const { systemDisk, dataDisks } = instance;
  const isInherited =
    systemDisk.encrypted === null &&
    instance.image.kind === 'imageCopy' &&
    references.copyNamed(instance.image.name)?.encrypted === true;
  const system =
    systemDisk.encrypted === true || isInherited
      ? []
      : [
          violation(
            child(instance.origin, 'spec', 'systemDisk', 'encrypted'),
            instance.address,
            '`encrypted` of the system disk',
            systemDisk.encrypted,
          ),
        ];
  const data = dataDisks.flatMap((disk, index) =>
    disk.encrypted === true
      ? []
      : [
          violation(
            child(instance.origin, 'spec', 'dataDisks', index, 'encrypted'),
            instance.address,
            `\`encrypted\` of data disk ${index}`,
            disk.encrypted,
          ),
        ],
  );
  return [...system, ...data];
}

function violation(at: Origin, address: string, what: string, actual: boolean | null): Violation {
  return {
    at,
    address,
    message: `${what} must be 'true'${actual === null ? '' : `, not '${actual}'`}`,
    hint: 'Set it to true; name a key with `kmsKeyId`, or the service key of the account is used.',
    value: String(actual),
  };
}
