package imgurcaravan.bench;

/**
 * One measurement.
 *
 * @param megabytes the most memory that all processes had together
 * @param processor what all processes computed
 * @param firstSeconds from the start of the process to its request for the gallery; NaN where it was not started for this
 */
record Run(double seconds, double megabytes, ProcessorTime processor, double firstSeconds) {}
