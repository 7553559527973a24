/** The studio's own version, which the build puts in. */
declare const STUDIO_VERSION: string;

export const VERSION: string = STUDIO_VERSION;
