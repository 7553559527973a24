/** Entry of a worker in a page: tools/build-embedded.mjs makes one script of it and all that it imports. */
import { pagePort } from "../../../../threads/page-port.ts";
import { serve } from "./serve.ts";

serve(pagePort(), undefined);
