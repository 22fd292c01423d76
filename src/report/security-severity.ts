/**
 * How bad the failure of a rule is for security, from 0 to 10 as CVSS counts, as text; null for a rule that is not about
 * security. GitHub calls 9.0 and more critical, 7.0 and more high, 4.0 and more medium. Source: GitHub's documentation
 * of SARIF support for code scanning.
 */
export function securitySeverity(ruleId: string): string | null {
  const [area = ''] = ruleId.split('/');
  return severityByRule.get(ruleId) ?? severityByArea.get(area) ?? null;
}

/** Whoever controls the image, or the machine through a secret, has everything. */
const severityByRule: ReadonlyMap<string, string> = new Map([
  ['trust/owner-mismatch', '9.8'],
  ['trust/fingerprint', '9.8'],
  ['trust/owner-required', '9.1'],
  ['trust/trusted-owner', '9.1'],
  ['trust/share-target', '8.6'],
  ['trust/ambiguous-source', '8.1'],
  ['trust/unlocked-source', '8.1'],
  ['trust/image-age', '4.3'],
  ['trust/image-unavailable', '4.0'],
  ['trust/share-source-disappeared', '4.0'],
  ['hygiene/secret-in-user-data', '9.1'],
  ['hygiene/policy-loosened', '5.3'],
]);

const severityByArea: ReadonlyMap<string, string> = new Map([
  ['trust', '7.0'],
  ['encryption', '6.5'],
]);
