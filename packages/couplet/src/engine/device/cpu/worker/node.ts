/** Entry of a worker thread in Node. */
import { threadHost } from "../../../../threads/node.ts";
import { loadBlas } from "../blas/blas.ts";
import { serve } from "./serve.ts";

serve(threadHost.port(), loadBlas);
