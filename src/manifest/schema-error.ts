/** The part of a JSON Schema; only what explaining an error needs. */
export interface SchemaPart {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  /** What the pattern asks for; a word of editors, not of JSON Schema. */
  readonly patternErrorMessage?: string;
  readonly errorMessage?: string;
}

/** One complaint of a compiled validator. */
export interface SchemaError {
  /** JSON pointer to the value that was judged. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Present where the name of a field was judged, not its value. */
  readonly propertyName?: string;
  readonly parentSchema?: SchemaPart;
  readonly data?: unknown;
}
