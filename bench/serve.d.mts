/** What the server's first line says is the caller's to know. */
export function serve<T>(script: string, ...words: readonly (string | number)[]): Promise<T>;
