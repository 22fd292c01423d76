import { imageCases } from './image-cases.js';
import { instanceCases } from './instance-cases.js';
import type { ConformanceCase } from './stage.js';
import { wireCases } from './wire-cases.js';

export const conformanceCases: readonly ConformanceCase[] = [...wireCases, ...imageCases, ...instanceCases];
