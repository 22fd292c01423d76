import { OpenApiUtil } from '@alicloud/openapi-core';
import type { Model } from '@darabonba/typescript';

/** The fields of an SDK request model as plain values, without the model's methods. */
export type Fields<T> = T extends readonly (infer Item)[]
  ? readonly Fields<Item>[]
  : T extends Model
    ? {
        readonly [K in keyof T as T[K] extends (...parameters: never[]) => unknown ? never : K]?:
          | Fields<T[K]>
          | undefined;
      }
    : T;

/**
 * Parameters as they go over the wire: named by the SDK's request model, so that a misspelt field is a compile error,
 * lists and objects flattened (`Tag.1.Key`, `SystemDisk.Size`). Absent fields are left out, empty texts are kept.
 */
export function wireQuery<M extends Model>(
  model: new (fields: Record<string, unknown>) => M,
  fields: Fields<M>,
): Readonly<Record<string, string>> {
  const request = new model(fields);
  request.validate();
  return OpenApiUtil.query(request.toMap());
}
