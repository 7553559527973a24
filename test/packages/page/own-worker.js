// A worker of the user's own, in which all of it happens.
import { outcome } from "./run.js";

void outcome().then((result) => postMessage(result));
