// What lint cannot do without: the bare parser and the compiled validators, over the files named.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { isImageCopy, isImageSource, isInstance } from '../dist/manifest/generated/validators.js';

const validators = { ImageCopy: isImageCopy, ImageSource: isImageSource, Instance: isInstance };
const [folder] = process.argv.slice(2);
for (const file of readdirSync(folder)) {
  for (const document of parseAllDocuments(readFileSync(join(folder, file), 'utf8'))) {
    const value = document.toJS();
    if (!validators[value.kind](value)) throw new Error(`${file}: not valid`);
  }
}
