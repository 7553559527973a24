/** The name of the format of a `.couplet` file. Rises when a file can no longer be read by older versions. */
export const MODEL_FORMAT = "couplet-model-1";
