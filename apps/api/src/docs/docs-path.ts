export const docsPath = "/api/docs";
