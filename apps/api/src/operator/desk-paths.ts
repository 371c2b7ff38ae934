/** Where the app mounts the operator desk; its cookie goes nowhere else. */
export const deskPath = "/admin";
export const boardPath = `${deskPath}/queues`;
export const signInPath = `${deskPath}/sign-in`;
export const signOutPath = `${deskPath}/sign-out`;
