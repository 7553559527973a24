/** The worker: everything that computes happens here, so that the page stays free. */
import { expose } from "comlink";
import { Workbench } from "./workbench.ts";

expose(new Workbench());
