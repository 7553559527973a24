/** Entry of a worker in a page. */
// By its path: a worker has no import map, which a page without a bundler resolves names with.
import { threadHost } from "../../../../threads/browser.ts";
import { serve } from "./serve.ts";

serve(threadHost.port(), undefined);
