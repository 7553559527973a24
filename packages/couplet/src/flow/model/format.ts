/** The name of the format of a `.couplet` file. Rises when a file can no longer be read by older versions. */
export const MODEL_FORMAT = "couplet-model-1";

/** That of a classifier's file (`couplet/reversible`). */
export const CLASSIFIER_FORMAT = "couplet-classifier-1";
