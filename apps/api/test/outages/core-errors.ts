import { types } from "node:util";

/**
 * Node's own errors (ECONNREFUSED ...) come from outside the sandbox in which jest runs a test file, where they are no
 * `instanceof Error`. In a process of its own they are; this makes it so here.
 */
export function recognizeCoreErrors(): void {
  const ordinary = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(Error, Symbol.hasInstance, {
    configurable: true,
    value(this: unknown, value: unknown): boolean {
      return this === Error ? types.isNativeError(value) || ordinary.call(Error, value) : ordinary.call(this, value);
    },
  });
}
