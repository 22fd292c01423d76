import type { AnyOperation, Transition } from '../operation.js';

export const instanceOperations: readonly AnyOperation[] = [];

export const instanceTransitions: readonly Transition[] = [];
