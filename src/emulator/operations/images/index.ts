import type { AnyOperation, Transition } from '../operation.js';

export const imageOperations: readonly AnyOperation[] = [];

export const imageTransitions: readonly Transition[] = [];
