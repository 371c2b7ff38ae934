/** Whether the system refused with this code, such as `EEXIST`. No instanceof: test runners have an Error of their own. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
