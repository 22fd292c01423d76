import type { ErrorSpec } from '../../rpc/api-error.js';
import { type Parameter, text } from '../../rpc/parameters.js';

/**
 * 2 to 128 characters from letters of any script, digits, `.`, `:`, `_` and `-`, a letter first, neither `aliyun` nor
 * `acs:` at the start. The rule of image names and families, and with its own code of other resources' names.
 * Source: ECS API reference, CopyImage.
 */
export const resourceName = /^(?!aliyun|acs:)\p{L}[\p{L}0-9.:_-]{1,127}$/u;

/** 2 to 256 characters that do not begin with a URL scheme. */
const descriptionText = /^(?!https?:\/\/)[^]{2,256}$/u;

const malformedDescription: ErrorSpec = { status: 400, code: 'InvalidDescription.Malformed' };

export const imageName: Parameter<string | undefined> = text({
  pattern: resourceName,
  error: { status: 400, code: 'InvalidImageName.Malformed' },
});

export const imageFamily: Parameter<string | undefined> = text({
  pattern: resourceName,
  error: { status: 400, code: 'InvalidImageFamily.Malformed' },
});

export function description(error: ErrorSpec = malformedDescription): Parameter<string | undefined> {
  return text({ pattern: descriptionText, error });
}
