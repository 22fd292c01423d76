/** What one file of manifests, policies or the lock may have. */
export const yamlLimits = { bytes: 1024 * 1024, documents: 500, depth: 64, nodes: 50_000, keysPerMap: 1_000 } as const;
