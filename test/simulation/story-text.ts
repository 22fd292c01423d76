import { parse, stringify } from 'yaml';
import type { Story } from './story.js';

/** A story as a file that can be kept, read and replayed. */
export function renderStory(story: Story): string {
  return stringify(story, { lineWidth: 120, aliasDuplicateObjects: false, defaultStringType: 'PLAIN' });
}

/** Throws where it is none. */
export function parseStory(text: string): Story {
  const story: unknown = parse(text);
  const isStory =
    typeof story === 'object' && story !== null && 'steps' in story && 'files' in story && 'cloud' in story;
  if (!isStory) throw new Error('a story is an object with `cloud`, `files` and `steps`');
  return story as Story;
}
