import { browserHost } from './browser.ts';
import { electronHost } from './electron.ts';

/** Where the app runs, found out once. */
export const host = electronHost() ?? browserHost;
