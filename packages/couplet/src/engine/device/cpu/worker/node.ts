/** Entry of a worker thread in Node. */
import { threadHost } from "../../../../threads/node.ts";
import { blasProduct } from "../blas/blas-product.ts";
import { serve } from "./serve.ts";

serve(threadHost.port(), blasProduct);
