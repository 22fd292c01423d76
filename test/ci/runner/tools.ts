import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** `gh api PATH --jq FILTER`, with curl and jq: all that the workflows want of GitHub's own command line. */
const gh = `#!/bin/bash
set -euo pipefail
if [ "$1" != api ] || [ "$3" != --jq ]; then echo "gh: only: api PATH --jq FILTER" >&2; exit 2; fi
curl -sSf -H "authorization: Bearer $GH_TOKEN" "$GITHUB_API_URL/$2" | jq -r "$4"
`;

/** A folder with it, and a PATH that begins with that folder. */
export async function installGh(): Promise<{ readonly folder: string; readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'runner-tools-'));
  await writeFile(join(folder, 'gh'), gh);
  await chmod(join(folder, 'gh'), 0o755);
  return { folder, path: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
}
