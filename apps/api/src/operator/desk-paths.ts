/** Where the app mounts the operator desk; its cookie goes nowhere else. */
export const deskPath = "/admin";
export const boardPath = `${deskPath}/queues`;
export const overviewPath = `${deskPath}/workers`;
export const runPath = (runId: string): string => `${deskPath}/runs/${runId}`;
export const signInPath = `${deskPath}/sign-in`;
export const signOutPath = `${deskPath}/sign-out`;
