// Writes docs/cli.md from the help of the built program: `node scripts/generate-cli-docs.mjs` after `npm run build`.
import { writeFileSync } from 'node:fs';
import { cliReference } from '../dist/cli/reference.js';

writeFileSync(new URL('../docs/cli.md', import.meta.url), cliReference());
