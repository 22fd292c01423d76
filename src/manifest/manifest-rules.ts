/** What each input finding means, by rule ID. All are errors of the manifest itself: exit 4, never waivable. */
export const manifestRules = {
  'manifest/file': 'a file cannot be read',
  'manifest/limit': 'a file is larger or deeper than tallyman reads',
  'manifest/syntax': 'a file is not YAML',
  'manifest/yaml-feature': 'a file uses a feature of YAML that tallyman refuses',
  'manifest/duplicate-key': 'a field stands twice in one mapping',
  'manifest/forbidden-key': 'a field has a name that no document may use',
  'manifest/kind': 'a document has no known kind',
  'manifest/misplaced': 'a document stands in a file that its kind is not read from',
  'manifest/unknown-field': 'a field is not part of the format',
  'manifest/not-managed': 'a field names something that tallyman does not manage',
  'manifest/missing-field': 'a required field is missing',
  'manifest/wrong-type': 'a value has the wrong type',
  'manifest/unquoted-number': 'a number stands where a string is needed',
  'manifest/invalid-value': 'a value is not allowed',
  'manifest/invalid-key': 'a key of a map is not allowed',
  'manifest/duplicate-name': 'two documents of one kind have one name',
  'manifest/duplicate-item': 'two items of a list are for the same thing',
  'manifest/unknown-reference': 'a name refers to nothing',
  'manifest/tag-limit': 'a resource has more tags than the cloud keeps',
  'manifest/key-without-encryption': 'an encryption key is named but encryption is not asked for',
  'manifest/image-name': 'the name of a copy is not made unique',
  'manifest/share-not-own': 'an ImageShare names an image that its account does not own',
  'manifest/region-outside-project': 'a resource is in a region outside `spec.regions`',
  'trust/owner-required': 'a source does not name its owner',
} as const;

export type ManifestRuleId = keyof typeof manifestRules;
