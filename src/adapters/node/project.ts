/**
 * What every command that reads a project needs of the machine. Loaded as one: in the bundle each module that is asked
 * for by itself is a file, and a file costs more than what is in these.
 */
export { systemClock } from './clock.js';
export { findProjectFile, openFiles } from './files.js';
export { openParseCache } from './parse-cache.js';
export { repositoryRoot } from './repository-root.js';
